using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Ports;
using CvpActors.Shipping.Delta;

namespace CvpActors.Shipping.Vault;

/// <summary>
/// All that a remote holds, one directory for each database. Takes in only what it has issued a ticket for; names from elsewhere become part of
/// a path only after they were found to be ids (<see cref="IsId"/>).
/// </summary>
public sealed class VaultStore : IVault, IDisposable
{
    /// <summary>So many generations arrive at once; more would only make each slower.</summary>
    private const int ConcurrentUploads = 2;

    /// <summary>A ticket that was not used is void after this.</summary>
    private static readonly TimeSpan TicketLasts = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Lazy<Task<VaultDatabase>>> _databases = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _uploads = new(ConcurrentUploads, ConcurrentUploads);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _directory;
    private readonly VaultOptions _options;
    private readonly VaultClock _clock;
    private readonly BandwidthLimit _bandwidth;
    private readonly TimeProvider _time;
    private readonly Action<string, string> _notice;

    /// <summary>Opens a vault.</summary>
    /// <param name="directory">Its directory; it must exist.</param>
    /// <param name="options">How every database is treated.</param>
    /// <param name="bandwidth">How fast bytes may arrive, all databases together.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notice">Told, for the log, the database and what was mended, removed or found damaged.</param>
    public VaultStore(string directory, VaultOptions options, BandwidthLimit bandwidth, TimeProvider time, Action<string, string> notice)
    {
        (_directory, _options, _bandwidth, _time, _notice) = (Path.GetFullPath(directory), options, bandwidth, time, notice);
        _clock = new VaultClock(Path.Combine(_directory, "vault-clock.json"), time);
    }

    /// <summary>Whether a text is the id of a database, and nothing that leads out of a directory: letters, digits, <c>-</c>, <c>_</c> and inner dots.</summary>
    public static bool IsId(string text) =>
        text is { Length: > 0 and <= 100 } && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && !text.Contains("..", StringComparison.Ordinal);

    /// <inheritdoc/>
    public ImmutableArray<string> Databases => [.. Directory.EnumerateDirectories(_directory).Select(d => Path.GetFileName(d)).Where(IsId).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public long FreeBytes => new DriveInfo(_directory).AvailableFreeSpace;

    /// <summary>What is held of one database.</summary>
    /// <exception cref="VaultException">Its catalog is damaged, or it is no id.</exception>
    public Task<VaultDatabase> OpenAsync(string database)
    {
        if (!IsId(database))
        {
            throw new VaultException("malformed", $"'{database}' is no id of a database");
        }

        return _databases.GetOrAdd(database, id => new Lazy<Task<VaultDatabase>>(async () =>
        {
            var opened = new VaultDatabase(Path.Combine(_directory, id), _options, _clock, _time, notice => _notice(id, notice));
            try
            {
                await opened.OpenAsync(_stopping.Token);
                return opened;
            }
            catch
            {
                // Tried again when it is asked for again.
                _databases.TryRemove(id, out _);
                opened.Dispose();
                throw;
            }
        })).Value;
    }

    /// <inheritdoc/>
    public async Task<OfferAnswer> OfferAsync(BackupManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return (await OpenAsync(manifest.Database)).Offer(manifest);
    }

    /// <inheritdoc/>
    public async Task<IssuedTicket> IssueTicketAsync(BackupManifest manifest, byte[] header, string digest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        foreach (var (id, old) in _tickets.Where(t => _time.GetElapsedTime(t.Value.IssuedAt) > TicketLasts))
        {
            _tickets.TryRemove(new KeyValuePair<string, Ticket>(id, old));
        }

        AnnouncedPlan plan;
        try
        {
            plan = new AnnouncedPlan(DeltaHeader.Decode(header), digest);
        }
        catch (DeltaFormatException cause)
        {
            throw new VaultException("malformed", cause.Message, cause);
        }

        var frames = await (await OpenAsync(manifest.Database)).PrepareAsync(manifest, plan, _stopping.Token);
        var ticket = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _tickets[ticket] = new Ticket(manifest, plan, frames, _time.GetTimestamp());
        return new IssuedTicket(ticket, frames);
    }

    /// <summary>Takes in the delta that a ticket was issued for. A ticket is good for one try.</summary>
    /// <param name="ticket">The ticket.</param>
    /// <param name="stream">Header and frames, as they come from the network.</param>
    /// <param name="cancellation">Ends it; what has arrived is kept.</param>
    /// <exception cref="VaultException">It was refused.</exception>
    /// <exception cref="EndOfStreamException">The stream was cut off; what has arrived is kept.</exception>
    public async Task<StoredGeneration> ReceiveAsync(string ticket, Stream stream, CancellationToken cancellation)
    {
        if (!_tickets.TryRemove(ticket, out var issued) || _time.GetElapsedTime(issued.IssuedAt) > TicketLasts)
        {
            throw new VaultException("no-ticket", "there is no such ticket, or it is used up or too old");
        }

        await _uploads.WaitAsync(cancellation);
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
            var database = await OpenAsync(issued.Manifest.Database);
            return await database.ReceiveAsync(issued.Manifest, issued.Plan, issued.FirstFrame, _bandwidth.Limit(stream), both.Token);
        }
        finally
        {
            _uploads.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<HeldGeneration>> ListAsync(string database)
    {
        var held = await OpenAsync(database);
        var generations = held.Generations;
        return [.. generations.Select(g => new HeldGeneration(
            g.Manifest.Generation,
            g.Manifest.Bytes,
            g.StoredBytes,
            g.Manifest.Sha256,
            g.Manifest.CompletedAt,
            g.VerifiedAt,
            Plain: g == generations[0],
            held.LockedFor(g) is { Ticks: > 0 } left ? _time.GetUtcNow() + left : null,
            g.Damage))];
    }

    /// <summary>One generation as a plain file, read while it is sent; the caller disposes the stream.</summary>
    /// <exception cref="VaultException">It is not held, or damaged.</exception>
    public async Task<BackupFileContent> OpenGenerationAsync(string database, long generation, CancellationToken cancellation)
    {
        var held = await OpenAsync(database);
        return await held.OpenGenerationAsync(generation, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<VaultDamage>> ScrubAsync(CancellationToken cancellation)
    {
        var damaged = ImmutableArray.CreateBuilder<VaultDamage>();
        foreach (var database in Databases)
        {
            try
            {
                var opened = await OpenAsync(database);
                var found = await opened.ScrubAsync(cancellation);
                damaged.AddRange(found.Select(g => VaultDamage.Of(database, g.Manifest.Generation, g == opened.Generations[0], g.Damage!)));
            }
            catch (Exception cause) when (cause is VaultException or InvalidDataException or IOException)
            {
                damaged.Add(new VaultDamage(database, IsNewest: false, $"{database}: {cause.Message}"));
            }
        }

        return damaged.ToImmutable();
    }

    /// <inheritdoc/>
    public async Task<bool> MendAsync(string database, string sha256, Func<Stream, CancellationToken, Task> fetch, CancellationToken cancellation)
    {
        var opened = await OpenAsync(database);
        return await opened.MendAsync(sha256, fetch, cancellation);
    }

    /// <summary>Does for all databases what can wait: after a start, what the process before was kept from.</summary>
    public async Task TidyAllAsync()
    {
        foreach (var database in Databases)
        {
            await TidyAsync(database);
        }
    }

    /// <summary>Does what can wait for one database; what goes wrong is told as a notice and done again later.</summary>
    public async Task TidyAsync(string database)
    {
        try
        {
            await (await OpenAsync(database)).TidyAsync(_stopping.Token);
        }
        catch (Exception cause) when (cause is VaultException or IOException or UnauthorizedAccessException)
        {
            _notice(database, $"could not tidy up: {cause.Message}");
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next start does it.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
        {
            // Not disposed of: what is still under way ends by it.
            _stopping.Cancel();
        }
    }

    private sealed record Ticket(BackupManifest Manifest, AnnouncedPlan Plan, int FirstFrame, long IssuedAt);
}
