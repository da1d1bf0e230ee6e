using CvpActors.Domain.Backups;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Ports;
using CvpActors.Files;
using CvpActors.Shipping.Delta;

namespace CvpActors.Shipping.Vault;

/// <summary>How a vault treats every database.</summary>
/// <param name="Keep">Which generations are kept.</param>
/// <param name="LockFor">How long nothing can remove a generation.</param>
/// <param name="Spare">Whether a second plain copy is kept, which makes arrivals faster and takes the room of one file.</param>
public sealed record VaultOptions(KeepPolicy Keep, TimeSpan LockFor, bool Spare);

/// <summary>
/// The generations of one database at a remote. The newest is a plain file that appears by a rename, after its SHA-256 was verified and it was
/// flushed; the others are deltas (<see cref="GenerationChain"/>). One thing happens at a time; whoever comes second waits.
/// </summary>
/// <remarks>
/// A publication: the catalog announces the new generation; what is plain gets a second name; the new file is renamed over it; the catalog
/// names it the newest. A kill between any two is settled by <see cref="OpenAsync"/>. After it, in the background, the former plain file is
/// stored as a delta, durably, and only then becomes the spare or goes.
/// </remarks>
public sealed class VaultDatabase : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly VaultPaths _paths;
    private readonly GenerationChain _chain;
    private readonly Thinning _thinning;
    private readonly SpareCopy _spare;
    private readonly Incoming _incoming;
    private readonly Scrub _scrub;
    private readonly Mending _mending;
    private readonly VaultOptions _options;
    private readonly VaultClock _clock;
    private readonly TimeProvider _time;
    private readonly Action<string> _notice;
    private readonly Action<string> _reached;
    private Catalog _catalog = Catalog.Empty;

    /// <summary>Touches nothing; <see cref="OpenAsync"/> comes first.</summary>
    /// <param name="directory">The vault's directory of this database; made when the first generation arrives.</param>
    /// <param name="options">How it is treated.</param>
    /// <param name="clock">The vault's own age.</param>
    /// <param name="time">The clock of <see cref="StoredGeneration.VerifiedAt"/>.</param>
    /// <param name="notice">Told, for the log, of what was mended, removed or found damaged.</param>
    public VaultDatabase(string directory, VaultOptions options, VaultClock clock, TimeProvider time, Action<string> notice)
        : this(directory, options, clock, time, notice, _ => { })
    {
    }

    internal VaultDatabase(string directory, VaultOptions options, VaultClock clock, TimeProvider time, Action<string> notice, Action<string> reached)
    {
        _paths = new VaultPaths(directory);
        _chain = new GenerationChain(_paths);
        _thinning = new Thinning(_paths, _chain);
        _spare = new SpareCopy(_paths);
        _incoming = new Incoming(_paths, _spare);
        _scrub = new Scrub(_paths, _spare, notice);
        _mending = new Mending(_paths, _chain);
        (_options, _clock, _time, _notice, _reached) = (options, clock, time, notice, reached);
    }

    /// <summary>What is held, newest first. Valid without waiting for what is under way.</summary>
    public IReadOnlyList<StoredGeneration> Generations => [.. _catalog.All];

    /// <summary>How long from now the product removes a generation under no circumstances; zero when it may.</summary>
    public TimeSpan LockedFor(StoredGeneration generation)
    {
        ArgumentNullException.ThrowIfNull(generation);
        var left = _options.LockFor - (_clock.Age - generation.ArrivedAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Reads what is held and settles what a kill has cut short.</summary>
    /// <exception cref="InvalidDataException">The catalog is damaged.</exception>
    public Task OpenAsync(CancellationToken cancellation) => OneAtATimeAsync(() =>
    {
        _catalog = CatalogFile.Read(_paths);
        if (Directory.Exists(_paths.Scratch))
        {
            Directory.Delete(_paths.Scratch, recursive: true);
        }

        if (_catalog.Publishing is { } publishing)
        {
            Publish(publishing);
            _notice($"generation {publishing.Manifest.Generation} was verified when the process ended; it is published now");
        }

        return Task.FromResult(true);
    }, cancellation);

    /// <summary>What is here already of what a sender has.</summary>
    public OfferAnswer Offer(BackupManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var held = _catalog.All.FirstOrDefault(g => g.Manifest.Generation == manifest.Generation && g.Manifest.Sha256 == manifest.Sha256 && g.Damage is null);
        return new OfferAnswer(held?.VerifiedAt, _catalog.Newest is { Damage: null } newest ? newest.Manifest.Sha256 : null);
    }

    /// <summary>Makes ready for a generation: the room, the file that is to be patched, or what an earlier try has brought.</summary>
    /// <param name="manifest">As its sender describes it.</param>
    /// <param name="plan">Which delta it will send.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>So many frames are here already.</returns>
    /// <exception cref="VaultException">It cannot be taken in; the message says why, and nothing older has changed.</exception>
    internal Task<int> PrepareAsync(BackupManifest manifest, AnnouncedPlan plan, CancellationToken cancellation) => OneAtATimeAsync(async () =>
    {
        Directory.CreateDirectory(_paths.Directory);
        using var resumed = await _incoming.ResumeAsync(_catalog, manifest, plan);
        if (resumed is not null)
        {
            return resumed.Frames;
        }

        // What the last publication still needs of the upload that brought it is taken first.
        await StoreFormerAsync(cancellation);
        await RenewSpareAsync(cancellation);
        using var begun = await _incoming.BeginAsync(manifest, plan, cancellation);
        _reached("the upload has begun");
        return begun.Frames;
    }, cancellation);

    /// <summary>Takes a generation in, after <see cref="PrepareAsync"/>.</summary>
    /// <param name="manifest">As its sender describes it.</param>
    /// <param name="plan">Which delta it sends.</param>
    /// <param name="firstFrame">The first frame that <paramref name="stream"/> holds.</param>
    /// <param name="stream">Header and frames.</param>
    /// <param name="cancellation">Ends it; what has arrived is kept.</param>
    /// <returns>The generation, verified, durable and published.</returns>
    /// <exception cref="VaultException">It cannot be taken in; the message says why, and nothing older has changed.</exception>
    /// <exception cref="EndOfStreamException">The stream was cut off; what has arrived is kept.</exception>
    internal Task<StoredGeneration> ReceiveAsync(
        BackupManifest manifest, AnnouncedPlan plan, int firstFrame, Stream stream, CancellationToken cancellation) => OneAtATimeAsync(async () =>
    {
        using (var upload = await _incoming.ResumeAsync(_catalog, manifest, plan)
            ?? throw new VaultException("no-base", "what this upload began with is gone; it begins anew"))
        {
            if (upload.Frames != firstFrame)
            {
                throw new VaultException("out-of-step", $"{upload.Frames} frames are here, and those from {firstFrame} on are sent");
            }

            await upload.ReceiveAsync(stream, cancellation);
            _reached("all frames are here");
            if (!await upload.VerifyAsync(cancellation))
            {
                _incoming.Discard();
                DoubtNewest(plan, cancellation);
                throw new VaultException("mismatch", $"the file made of the delta has another SHA-256 than {manifest.Sha256}; it was thrown away");
            }
        }

        var verified = new StoredGeneration(manifest, _catalog.LastOrdinal + 1, _time.GetUtcNow(), _clock.Age) { StoredBytes = manifest.Bytes };
        Save(_catalog with { Publishing = verified, LastOrdinal = verified.Ordinal });
        _reached("the publication is announced");
        Publish(verified);
        return verified;
    }, cancellation);

    /// <summary>
    /// What can wait until after a publication: the former plain file is stored as a delta, the spare is brought to date, and what is kept no
    /// longer is removed.
    /// </summary>
    /// <exception cref="VaultException">It could not be done now; everything that was held is still held.</exception>
    public Task TidyAsync(CancellationToken cancellation) => OneAtATimeAsync(async () =>
    {
        await StoreFormerAsync(cancellation);
        await RenewSpareAsync(cancellation);
        await RemoveUnkeptAsync(cancellation);
        return true;
    }, cancellation);

    /// <summary>Makes a generation a plain file.</summary>
    /// <param name="generation">Its number; of two with the same, the one that arrived last.</param>
    /// <param name="target">The file to be made; it must not be there.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="VaultException">It is not held, or damaged.</exception>
    public Task RestoreAsync(long generation, string target, CancellationToken cancellation) => OneAtATimeAsync(async () =>
    {
        await StoreFormerAsync(cancellation);
        var wanted = _catalog.All.FirstOrDefault(g => g.Manifest.Generation == generation)
            ?? throw new VaultException("unknown-generation", $"generation {generation} is not held; held: {string.Join(", ", _catalog.All.Select(g => g.Manifest.Generation))}");
        await _chain.RestoreAsync(_catalog, wanted, target, cancellation);
        return true;
    }, cancellation);

    /// <summary>A generation as a plain file that goes when its stream is closed; the newest is there already.</summary>
    /// <exception cref="VaultException">It is not held, or damaged.</exception>
    public async Task<BackupFileContent> OpenGenerationAsync(long generation, CancellationToken cancellation)
    {
        if (_catalog.Newest is { Damage: null } newest && newest.Manifest.Generation == generation)
        {
            return new BackupFileContent(newest.Manifest, Open(_paths.Plain, FileOptions.Asynchronous));
        }

        var scratch = _paths.NewScratchFile();
        await RestoreAsync(generation, scratch, cancellation);
        return new BackupFileContent(
            _catalog.All.First(g => g.Manifest.Generation == generation).Manifest,
            Open(scratch, FileOptions.Asynchronous | FileOptions.DeleteOnClose));

        static FileStream Open(string file, FileOptions options) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, options);
    }

    /// <summary>Reads everything that is stored and compares it with its SHA-256. A damaged newest file is mended from the spare where there is one.</summary>
    /// <returns>What is damaged now; empty when all is well.</returns>
    public Task<IReadOnlyList<StoredGeneration>> ScrubAsync(CancellationToken cancellation) => OneAtATimeAsync(async () =>
    {
        var scrubbed = await Task.Run(() => _scrub.Run(_catalog, cancellation), cancellation);
        if (!scrubbed.All.SequenceEqual(_catalog.All))
        {
            Save(scrubbed);
        }

        return (IReadOnlyList<StoredGeneration>)[.. _catalog.All.Where(g => g.Damage is not null)];
    }, cancellation);

    /// <summary>Stores a damaged older generation anew, see <see cref="IVault.MendAsync"/>.</summary>
    public async Task<bool> MendAsync(string sha256, Func<Stream, CancellationToken, Task> fetch, CancellationToken cancellation)
    {
        // What comes may come slowly: others are served meanwhile, and it is looked again afterwards.
        using var copy = await _mending.FetchAsync(_catalog, sha256, fetch, cancellation);
        return copy is not null && await OneAtATimeAsync(
            async () =>
            {
                var before = _catalog;
                Save(await _mending.StoreAsync(before, copy, cancellation));
                _thinning.RemoveFiles(before.Older, _catalog.Older);
                return before != _catalog;
            },
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<T> OneAtATimeAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        catch (Exception cause) when (DiskFull.Is(cause))
        {
            // The partial file takes the room that the next try needs.
            _incoming.Discard();
            throw new VaultException("no-room", $"the disk of {_paths.Directory} is full: {cause.Message}", cause);
        }
        catch (DeltaFormatException cause)
        {
            _incoming.Discard();
            throw new VaultException("malformed", $"the delta was refused: {cause.Message}", cause);
        }
        catch (InvalidDataException cause)
        {
            throw new VaultException("damaged", cause.Message, cause);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>From the announcement to the end; may be done again after a kill.</summary>
    private void Publish(StoredGeneration verified)
    {
        var former = _catalog.Newest;
        if (File.Exists(_paths.IncomingFile))
        {
            if (former is { Damage: null })
            {
                File.Delete(_paths.Previous);
                HardLink.CreateOrCopy(_paths.Plain, _paths.Previous);
                _reached("the former newest has a second name");
            }

            File.Move(_paths.IncomingFile, _paths.Plain, overwrite: true);
            DirectorySync.Flush(_paths.Directory);
            _reached("the new generation has its name");
        }

        JsonFile.Write(_paths.PlainManifest, verified.Manifest, VaultJson.Default.BackupManifest);
        Save(_catalog with { Newest = verified, Publishing = null, Older = OlderThan(verified) });
        _reached("the catalog names the new generation");
    }

    /// <summary>
    /// A damaged newest is replaced: by itself, whole again, or by the next; then what is older was made from bytes that are gone.
    /// </summary>
    private IReadOnlyList<StoredGeneration> OlderThan(StoredGeneration verified) => _catalog.Newest switch
    {
        null => _catalog.Older,
        { Damage: null } former => [former, .. _catalog.Older],
        var lost when lost.Manifest.Sha256 == verified.Manifest.Sha256 => _catalog.Older,
        var lost => [.. _catalog.Older.Select(g => g with { Damage = g.Damage ?? $"generation {lost.Manifest.Generation}, which it was made from, is lost" })],
    };

    private async Task StoreFormerAsync(CancellationToken cancellation)
    {
        if (_catalog is not { Newest: { } newest, Older: { Count: > 0 } older } || older[0].DeltaFile is not null)
        {
            return;
        }

        var former = older[0];

        if (!File.Exists(_paths.Previous))
        {
            _notice($"generation {former.Manifest.Generation} is gone: {_paths.Previous} was removed before it was stored");
            Save(_catalog with { Older = [.. older.Skip(1)] });
            return;
        }

        var stored = await _chain.StoreAsync(former, _paths.Previous, new FileOfGeneration(_paths.Plain, newest.Manifest.Sha256, newest.Ordinal), cancellation);
        _reached("the former newest is a delta");
        Save(_catalog with { Older = [stored, .. older.Skip(1)] });
    }

    private async Task RenewSpareAsync(CancellationToken cancellation)
    {
        if (_catalog.Newest is not { Damage: null } newest)
        {
            return;
        }

        var arrived = _incoming.State;
        if (!_options.Spare)
        {
            _spare.Remove();
        }
        else if (!_spare.IsCopyOf(newest.Manifest.Sha256))
        {
            try
            {
                await _spare.RenewAsync(newest.Manifest, _catalog.Older.Count > 0 ? _catalog.Older[0].Manifest.Sha256 : null, arrived, cancellation);
                _reached("the spare is renewed");
            }
            catch (IOException cause) when (DiskFull.Is(cause))
            {
                // Arrivals are slower without, and nothing else.
                _spare.Remove();
                _notice($"there is no room for a spare copy: {cause.Message}");
            }
        }

        if (arrived?.Manifest == newest.Manifest)
        {
            _incoming.Discard();
        }
    }

    private async Task RemoveUnkeptAsync(CancellationToken cancellation)
    {
        var unkept = Retention.ToRemove([.. _catalog.All], _options.Keep, _options.LockFor, _clock.Age);
        if (unkept.Count == 0)
        {
            return;
        }

        var before = _catalog.Older;
        var kept = await _thinning.BridgeAsync(_catalog, unkept.Select(g => g.Ordinal).ToHashSet(), cancellation);
        Save(_catalog with { Older = kept });
        _reached("what is not kept is out of the catalog");
        _thinning.RemoveFiles(before, kept);
        _notice($"removed by the policy: generation {string.Join(", ", unkept.Select(g => g.Manifest.Generation))}");
    }

    /// <summary>A delta that was whole made the wrong file: then what it builds on is not what it should be.</summary>
    private void DoubtNewest(AnnouncedPlan plan, CancellationToken cancellation)
    {
        if (plan.Header.OldSha256 is null || _catalog.Newest is not { } newest)
        {
            return;
        }

        var scrubbed = _scrub.CheckNewest(newest, cancellation);
        if (scrubbed.Damage is { } damage)
        {
            Save(_catalog with { Newest = scrubbed });
            _notice($"generation {newest.Manifest.Generation}: {damage}; the next one comes as a whole");
        }
    }

    private void Save(Catalog next)
    {
        JsonFile.Write(_paths.Catalog, next, VaultJson.Default.Catalog);
        _catalog = next;
    }
}
