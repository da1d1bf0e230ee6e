using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>
/// <c>cvp_backup_data</c> and <c>cvp_backup_data.old</c> in one directory (rule 1), each with a manifest beside it
/// (<c>cvp_backup_data.manifest.json</c>, <c>cvp_backup_data.old.manifest.json</c>).
/// </summary>
/// <remarks>
/// A backup goes: the last backup is checked against its manifest, rotated in constant time (<see cref="Rotation"/>), the database
/// is dumped to <c>cvp_backup_data.partial</c>, verified by its engine while it is checksummed and flushed, and renamed over
/// <c>cvp_backup_data</c>. A last backup that fails its checksum is never rotated over <c>.old</c>; the new one replaces it.
/// The disk must hold three backups while one is made: the two that exist and the new one.
/// Backups are made by one process at a time (<see cref="RunLockFile"/>); reading is safe beside them.
/// </remarks>
public sealed class BackupFileSet : IBackupReader, IBackupWriter
{
    private readonly string _database;
    private readonly IDatabaseEngine _engine;
    private readonly TimeProvider _time;
    private readonly Action<string> _notice;
    private readonly BackupPaths _paths;
    private readonly Rotation _rotation;
    private readonly Action<string> _reached;

    // A file and its manifest are two names; whoever reads both waits for whoever changes both. Never held while bytes are copied.
    private readonly Lock _names = new();

    /// <summary>Creates the set; touches nothing.</summary>
    /// <param name="database">The database's id, for the manifests.</param>
    /// <param name="directory">Where the files are; it must exist when a backup is made.</param>
    /// <param name="engine">Writes the dumps and verifies them.</param>
    /// <param name="time">The clock of the manifests.</param>
    /// <param name="notice">Told, for the log, of what was mended and of a last backup that is damaged; may be null.</param>
    public BackupFileSet(string database, string directory, IDatabaseEngine engine, TimeProvider time, Action<string>? notice = null)
        : this(database, directory, engine, time, notice, HardLink.TryCreate, _ => { })
    {
    }

    internal BackupFileSet(
        string database,
        string directory,
        IDatabaseEngine engine,
        TimeProvider time,
        Action<string>? notice,
        Func<string, string, bool> link,
        Action<string> reached)
    {
        _database = database;
        _engine = engine;
        _time = time;
        _notice = notice ?? (_ => { });
        _reached = reached;
        _paths = new BackupPaths(directory, engine.SideFileSuffixes);
        _rotation = new Rotation(_paths, link, reached);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Recover()
    {
        lock (_names)
        {
            return Directory.Exists(_paths.Directory) ? new Recovery(_paths).Run() : [];
        }
    }

    /// <inheritdoc/>
    /// <remarks>A file whose length is not its manifest's is left out too; its bytes are not read.</remarks>
    public IReadOnlyList<BackupFile> List()
    {
        lock (_names)
        {
            return
            [
                .. new[] { BackupNames.Current, BackupNames.Old }
                    .Select(name => (Name: name, Manifest: Describe(Path.Combine(_paths.Directory, name))))
                    .Where(file => file.Manifest is not null)
                    .Select(file => new BackupFile(file.Name, file.Manifest!)),
            ];
        }
    }

    /// <inheritdoc/>
    public BackupFileContent? Open(string name)
    {
        if (name is not (BackupNames.Current or BackupNames.Old))
        {
            return null;
        }

        lock (_names)
        {
            var path = Path.Combine(_paths.Directory, name);
            return Describe(path) is { } manifest
                ? new BackupFileContent(manifest, new FileStream(
                    path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous))
                : null;
        }
    }

    /// <inheritdoc/>
    public BackupManifest? Link(string name, string target)
    {
        if (name is not (BackupNames.Current or BackupNames.Old))
        {
            return null;
        }

        lock (_names)
        {
            var path = Path.Combine(_paths.Directory, name);
            if (Describe(path) is not { } manifest)
            {
                return null;
            }

            HardLink.CreateOrCopy(path, target);
            return manifest;
        }
    }

    /// <inheritdoc/>
    public async Task<BackupManifest> BackUpAsync(RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.CommitPoint("the rotation");
        var publishing = false;
        try
        {
            foreach (var mended in Recover())
            {
                _notice(mended);
            }

            var generation = NextGeneration();
            var last = await Task.Run(() => CheckLast(cancellation), cancellation);
            run.CommitPoint("the rotation");
            lock (_names)
            {
                if (last is not null)
                {
                    _rotation.Rotate(last);
                }
            }

            var made = await MakeAsync(generation, run, cancellation);
            lock (_names)
            {
                run.CommitPoint("the publication of the backup file");
                publishing = true;
                Publish(made);
            }

            return made;
        }
        catch (Exception cause)
        {
            TakeBack(publishing);
            if (cause is OperationCanceledException or FencedException or BackupFailedException)
            {
                throw;
            }

            throw new BackupFailedException($"the backup of {_database} into {_paths.Directory} failed: {cause.Message}", cause);
        }
    }

    private async Task<BackupManifest> MakeAsync(long generation, RunContext run, CancellationToken cancellation)
    {
        var startedAt = _time.GetUtcNow();
        await _engine.DumpAsync(_paths.Partial, run, cancellation);
        _reached("the dump is written");
        var bytes = new FileInfo(_paths.Partial).Length;
        if (bytes == 0)
        {
            throw new BackupFailedException($"{_engine.Name} wrote an empty dump to {_paths.Partial}");
        }

        // The checksum cannot be taken while the dump is written: some engines go back and rewrite what they wrote. It is taken right after, from memory in all likelihood, beside the verification and the flush.
        var checksum = Task.Run(() => Sha256File.Compute(_paths.Partial, cancellation), cancellation);
        var flush = Task.Run(() => DurableFile.FlushBytes(_paths.Partial), cancellation);
        var verify = _engine.VerifyAsync(_paths.Partial, cancellation);

        // All three end before the file may be removed, whichever of them fails.
        await Task.WhenAll(checksum, flush, verify);
        return new BackupManifest(_database, _engine.Name, generation, bytes, await checksum, startedAt, _time.GetUtcNow());
    }

    private void Publish(BackupManifest made)
    {
        // Announced first: if the next two renames are cut apart, Recovery finds this manifest and knows whose bytes they are.
        ManifestFile.Write(BackupNames.ManifestOf(_paths.Partial), made);
        _reached("the new manifest is announced");
        File.Move(_paths.Partial, _paths.Current, overwrite: true);
        _reached("the new backup is named current");
        File.Move(BackupNames.ManifestOf(_paths.Partial), BackupNames.ManifestOf(_paths.Current), overwrite: true);
        _reached("the new manifest is named current");
        DirectorySync.Flush(_paths.Directory);
        try
        {
            _rotation.Forget();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The backup is made; a leftover is no reason to call it failed.
            _notice($"could not remove {_paths.Previous}: {cause.Message}; the next run does");
        }
    }

    /// <summary>The manifest of the last backup if its bytes still match it; null when there is nothing fit to be rotated.</summary>
    private BackupManifest? CheckLast(CancellationToken cancellation)
    {
        if (!File.Exists(_paths.Current))
        {
            return null;
        }

        var manifest = Describe(_paths.Current);
        if (manifest is not null && manifest.Sha256 == Sha256File.Compute(_paths.Current, cancellation))
        {
            return manifest;
        }

        _notice($"{_paths.Current} does not match its manifest any more: it is not rotated, {BackupNames.Old} stays, "
            + "and the new backup replaces it; check the disk");
        return null;
    }

    private void TakeBack(bool publishing)
    {
        try
        {
            lock (_names)
            {
                // How far a publication came is told by the bytes; before one, nothing has to be read.
                foreach (var mended in publishing ? new Recovery(_paths).Run() : UndoRun())
                {
                    _notice(mended);
                }
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            _notice($"could not tidy up {_paths.Directory} after a failed backup: {cause.Message}; the next run does");
        }
    }

    private IReadOnlyList<string> UndoRun()
    {
        // The dump first: on a full disk its bytes are what the rest needs.
        foreach (var file in _paths.PartialAndSideFiles)
        {
            File.Delete(file);
        }

        _rotation.Undo();
        return [];
    }

    private long NextGeneration() => 1 + new[] { _paths.Current, _paths.Old }
        .Max(file => ManifestFile.Read(BackupNames.ManifestOf(file))?.Generation ?? 0);

    private static BackupManifest? Describe(string path) =>
        File.Exists(path) && ManifestFile.Read(BackupNames.ManifestOf(path)) is { } manifest && manifest.Bytes == new FileInfo(path).Length
            ? manifest
            : null;
}
