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
    private readonly Disk _disk;
    private readonly KnownBackups _known;
    private readonly bool _acceptLessVerified;
    private readonly ContentsCount _contents;
    private readonly Action<string> _reached;

    // A file and its manifest are two names; whoever reads both waits for whoever changes both. Never held while bytes are copied.
    private readonly Lock _names = new();

    /// <summary>Creates the set; touches nothing.</summary>
    /// <param name="database">The database's id, for the manifests.</param>
    /// <param name="directory">Where the files are; it must exist when a backup is made.</param>
    /// <param name="engine">Writes the dumps and verifies them.</param>
    /// <param name="time">The clock of the manifests.</param>
    /// <param name="notice">Told, for the log, of what was mended and of a last backup that is damaged; may be null.</param>
    /// <param name="options">What else it is to know or to do; null: nothing.</param>
    public BackupFileSet(
        string database, string directory, IDatabaseEngine engine, TimeProvider time, Action<string>? notice = null, BackupSetOptions? options = null)
        : this(database, directory, engine, time, notice, options, Disk.Real, _ => { })
    {
    }

    internal BackupFileSet(
        string database,
        string directory,
        IDatabaseEngine engine,
        TimeProvider time,
        Action<string>? notice,
        BackupSetOptions? options,
        Disk disk,
        Action<string> reached)
    {
        _database = database;
        _engine = engine;
        _time = time;
        _notice = notice ?? (_ => { });
        _disk = disk;
        _reached = reached;
        _paths = new BackupPaths(directory, engine.SideFileSuffixes);
        _known = new KnownBackups(database, _paths, options?.History, _notice);
        _contents = new ContentsCount(options?.Contents, time);
        _acceptLessVerified = options?.AcceptLessVerified ?? false;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Recover()
    {
        lock (_names)
        {
            if (!Directory.Exists(_paths.Directory))
            {
                return [];
            }

            _known.RefuseAnothers();
            var mended = new Recovery(_paths, _disk).Run();
            _known.Remember();
            return mended;
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
                    .Select(name => (Name: name, Manifest: _known.Describe(Path.Combine(_paths.Directory, name))))
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
            return _known.Describe(path) is { } manifest
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
            if (_known.Describe(path) is not { } manifest)
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
        var rotation = new Rotation(_paths, _disk, _reached);
        var stage = Stage.Before;
        try
        {
            foreach (var mended in Recover())
            {
                _notice(mended);
            }

            var generation = _known.NextGeneration();
            var before = _known.Describe(_paths.Current);
            var last = await Task.Run(() => CheckLast(run.Findings, cancellation), cancellation);
            run.CommitPoint("the rotation");
            stage = Stage.Making;
            lock (_names)
            {
                if (last is not null)
                {
                    rotation.Rotate(last);
                }
            }

            var made = await MakeAsync(generation, before, run, cancellation);
            lock (_names)
            {
                run.CommitPoint("the publication of the backup file");
                stage = Stage.Publishing;
                Publish(made, rotation);
            }

            TellOnce(made, before);
            return made;
        }
        catch (Exception cause)
        {
            TakeBack(stage, rotation);
            if (cause is OperationCanceledException or FencedException or BackupFailedException)
            {
                throw;
            }

            throw new BackupFailedException($"the backup of {_database} into {_paths.Directory} failed: {cause.Message}", cause);
        }
    }

    private async Task<BackupManifest> MakeAsync(long generation, BackupManifest? before, RunContext run, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var counting = _contents.RunAsync(enough.Token);
        try
        {
            var made = await DumpAsync(generation, before, run, cancellation);
            return made with { Contents = await counting };
        }
        finally
        {
            await enough.CancelAsync();
        }
    }

    private async Task<BackupManifest> DumpAsync(long generation, BackupManifest? before, RunContext run, CancellationToken cancellation)
    {
        var startedAt = _time.GetUtcNow();
        await _engine.DumpAsync(_paths.Partial, run, cancellation);
        FileReaders.LimitToThoseOf(_paths.Partial, _engine.DatabaseFile);
        _reached("the dump is written");
        var bytes = new FileInfo(_paths.Partial).Length;
        if (bytes == 0)
        {
            throw new BackupFailedException($"{_engine.Name} wrote an empty dump to {_paths.Partial}");
        }

        // The checksum cannot be taken while the dump is written: some engines go back and rewrite what they wrote. It is taken right after, from memory in all likelihood, beside the verification and the flush.
        var checksum = Task.Run(() => Sha256File.Compute(_paths.Partial, cancellation), cancellation);
        var flush = Task.Run(() => _disk.FlushBytes(_paths.Partial), cancellation);
        var verify = _engine.VerifyAsync(_paths.Partial, cancellation);

        // All three end before the file may be removed, whichever of them fails.
        await Task.WhenAll(checksum, flush, verify);
        var verified = await verify;
        if (verified is not null && verified.IsLessThan(before?.Verified) && !_acceptLessVerified)
        {
            throw new BackupFailedException(
                $"the dump of {_database} can be verified no further than its pages ({verified.Reason}), and the last backup, generation {before!.Generation}, "
                + "could be in full: find out what has changed in the database; if that is meant to be so, set backup.less-verified = accept");
        }

        return new BackupManifest(_database, _engine.Name, generation, bytes, await checksum, startedAt, _time.GetUtcNow())
        {
            Verified = verified?.Extent,
            VerifiedReason = verified?.Reason,
        };
    }

    private void Publish(BackupManifest made, Rotation rotation)
    {
        // Announced first: if the next two renames are cut apart, Recovery finds this manifest and knows whose bytes they are.
        ManifestFile.Write(BackupNames.ManifestOf(_paths.Partial), made, _disk);
        FileReaders.LimitToThoseOf(BackupNames.ManifestOf(_paths.Partial), _paths.Partial);
        _reached("the new manifest is announced");
        _disk.Rename(_paths.Partial, _paths.Current);
        _reached("the new backup is named current");
        _disk.Rename(BackupNames.ManifestOf(_paths.Partial), BackupNames.ManifestOf(_paths.Current));
        _reached("the new manifest is named current");
        _disk.FlushFolder(_paths.Directory);
        _known.Remember();
        try
        {
            rotation.Forget();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The backup is made; a leftover is no reason to call it failed.
            _notice($"could not remove {_paths.Previous}: {cause.Message}; the next run does");
        }
    }

    /// <summary>The manifest of the last backup if its bytes still match it; null when there is nothing fit to be rotated.</summary>
    private BackupManifest? CheckLast(RunFindings findings, CancellationToken cancellation)
    {
        if (!File.Exists(_paths.Current))
        {
            return null;
        }

        var manifest = _known.Describe(_paths.Current);
        if (manifest is not null && manifest.Sha256 == Sha256File.Compute(_paths.Current, cancellation))
        {
            return manifest;
        }

        findings.DamagedBackup = $"{_paths.Current} does not match its manifest any more: it is not rotated, {BackupNames.Old} stays, and the new backup replaces it; check the disk";
        _notice(findings.DamagedBackup);
        return null;
    }

    private void TakeBack(Stage stage, Rotation rotation)
    {
        // Before it has changed anything a run has nothing to take back, and what another one left is not its to undo.
        if (stage == Stage.Before)
        {
            return;
        }

        try
        {
            lock (_names)
            {
                // How far a publication came is told by the bytes; before one, nothing has to be read.
                foreach (var mended in stage == Stage.Publishing ? new Recovery(_paths, _disk).Run() : UndoRun(rotation))
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

    private IReadOnlyList<string> UndoRun(Rotation rotation)
    {
        // The dump first: on a full disk its bytes are what the rest needs.
        foreach (var file in _paths.PartialAndSideFiles)
        {
            _disk.Delete(file);
        }

        if (rotation.Begun)
        {
            rotation.Undo();
        }

        return [];
    }

    /// <summary>Once for each reason: the manifest of the backup before says whether it was told already.</summary>
    private void TellOnce(BackupManifest made, BackupManifest? before)
    {
        if (made.Verified == VerifiedExtent.Pages && (before?.Verified != VerifiedExtent.Pages || before.VerifiedReason != made.VerifiedReason))
        {
            _notice($"generation {made.Generation} is verified no further than its pages: {made.VerifiedReason}; this is told once");
        }
    }

    /// <summary>How far a run has come, for what there is to take back.</summary>
    private enum Stage
    {
        Before,
        Making,
        Publishing,
    }
}
