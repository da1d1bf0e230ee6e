using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Offsite;

/// <summary>The way to what remotes hold: what there is they say over the cluster, and the bytes come from their bridge by HTTP.</summary>
/// <param name="system">The node's actor system.</param>
/// <param name="http">Without a limit of time: a remote may have to make an older generation first.</param>
/// <param name="silenceAllowed">How long no byte may come before it is given up.</param>
public sealed class RemoteGenerations(ActorSystem system, HttpClient http, TimeSpan silenceAllowed) : IGenerationSource
{
    private const int BufferBytes = 1 << 20;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldGeneration>> ListAsync(string remote, string database, CancellationToken cancellation) =>
        (await AskAsync<GenerationList>(remote, new GetGenerations(database), cancellation)).Generations;

    /// <inheritdoc/>
    public async Task FetchAsync(string remote, string database, WantedGeneration wanted, Stream output, IProgress<RunProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(progress);
        var generation = wanted.Generation;
        var bridge = (await AskAsync<RemoteView>(remote, new GetRemote(), cancellation)).BridgeUrl.TrimEnd('/');
        var url = new Uri(FormattableString.Invariant($"{bridge}/api/v1/remotes/{Uri.EscapeDataString(remote)}/databases/{Uri.EscapeDataString(database)}/generations/{generation}"));
        try
        {
            using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                throw new GenerationUnavailableException($"remote {remote} answered {(int)answer.StatusCode} for generation {generation}: {await answer.Content.ReadAsStringAsync(cancellation)}");
            }

            await CopyAsync(await answer.Content.ReadAsStreamAsync(cancellation), output, wanted.Bytes, progress, cancellation);
        }
        catch (Exception cause) when (cause is HttpRequestException or HttpIOException || (cause is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new GenerationUnavailableException($"generation {generation} stopped coming from remote {remote}: {cause.Message}", cause);
        }
    }

    private async Task CopyAsync(Stream input, Stream output, long expected, IProgress<RunProgress> progress, CancellationToken cancellation)
    {
        var buffer = new byte[BufferBytes];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        for (var done = 0L; ;)
        {
            patience.CancelAfter(silenceAllowed);
            var read = await input.ReadAsync(buffer, patience.Token);
            if (read == 0)
            {
                return;
            }

            done += read;
            if (done > expected)
            {
                throw new GenerationUnavailableException($"more bytes came than the {expected} that the remote had told");
            }

            await output.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress.Report(new RunProgress(done, expected, "bytes"));
        }
    }

    private async Task<T> AskAsync<T>(string remote, IProtocolMessage question, CancellationToken cancellation)
    {
        var vault = RemoteDirectory.Find(system, remote)
            ?? throw new GenerationUnavailableException($"remote {remote} is not in the cluster; check that its node runs, and that remote.name there is {remote}");
        try
        {
            return await vault.Ask<object>(question, AnswerWithin, cancellation) switch
            {
                T answer => answer,
                VaultRefused refused => throw new GenerationUnavailableException($"remote {remote}: {refused.Reason}"),
                var other => throw new GenerationUnavailableException($"remote {remote} answered {other.GetType().Name}"),
            };
        }
        catch (AskTimeoutException cause)
        {
            throw new GenerationUnavailableException($"remote {remote} did not answer within {AnswerWithin.TotalSeconds:0} s", cause);
        }
    }
}
