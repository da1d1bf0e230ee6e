using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Files;
using CvpActors.Processes;

namespace CvpActors.Backups;

/// <summary>
/// The operating system's lock in a backup directory (rule 2 on one machine): <c>cvp_backup_data.lock</c>, opened for one
/// process alone. The system frees it when its holder dies, so a crash never leaves it behind.
/// </summary>
/// <remarks>
/// Who holds it is written into <c>cvp_backup_data.lock.json</c> beside it: a file that is open for one alone cannot be read by
/// anybody else (not on Windows, and on Unix .NET refuses as well), and the refused one wants to say who is in the way.
/// That file stays after the release, so the highest token stays known.
/// </remarks>
/// <param name="directory">The backup directory; it must exist.</param>
public sealed class RunLockFile(string directory) : IRunLock
{
    /// <summary>The locked file.</summary>
    public const string LockName = "cvp_backup_data.lock";

    /// <summary>The file that says who holds it or held it last.</summary>
    public const string HolderName = "cvp_backup_data.lock.json";

    private static readonly TimeSpan ChildrenEndWithin = TimeSpan.FromSeconds(5);

    private readonly string _lock = Path.Combine(Path.GetFullPath(directory), LockName);
    private readonly string _holder = Path.Combine(Path.GetFullPath(directory), HolderName);

    /// <inheritdoc/>
    public IHeldRunLock Take(long token)
    {
        FileStream held;
        try
        {
            held = new FileStream(_lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new RunLockHeldException(Refusal(cause), cause);
        }

        try
        {
            if (ReadHolder() is { } last && last.Token > token)
            {
                throw new RunLockHeldException(
                    $"{_lock} has seen token {last.Token}, so a run with token {token} is out of date and may not start; "
                    + $"if the journal was replaced on purpose, delete {_holder}");
            }

            EndChildrenLeftBehind();
            using var self = Process.GetCurrentProcess();
            var holder = new RunLockHolder(token, self.Id, new DateTimeOffset(self.StartTime).ToUniversalTime());
            Write(holder);
            return new Held(this, held, holder);
        }
        catch (Exception cause)
        {
            held.Dispose();
            if (cause is IOException)
            {
                throw new RunLockHeldException($"{_lock} could not be taken: {cause.Message}", cause);
            }

            throw;
        }
    }

    /// <summary>
    /// Who holds the lock now is alone, but for what the last holder has started: a process that is killed does not take its children with it,
    /// and a dump or a purge by command goes on.
    /// </summary>
    private void EndChildrenLeftBehind()
    {
        foreach (var child in ReadHolder()?.Children ?? [])
        {
            if (!ProcessGroup.End(new ChildIdentity(child.ProcessId, child.Started), ChildrenEndWithin))
            {
                throw new RunLockHeldException($"process {child.ProcessId}, which an earlier run started, is still there and cannot be ended; nothing is started beside it");
            }
        }
    }

    // Unflushed: after a power cut there is no holder and no child, and the agent's ledger, which is flushed, knows the highest token.
    private void Write(RunLockHolder holder) =>
        DurableFile.WriteTextUnflushed(_holder, JsonSerializer.Serialize(holder, RunLockJson.Default.RunLockHolder));

    private string Refusal(Exception cause)
    {
        if (cause is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            return $"{_lock} could not be taken: {cause.Message}";
        }

        return ReadHolder() is { } holder
            ? $"{_lock} is held by process {holder.ProcessId} (started {holder.ProcessStartedAt:yyyy-MM-ddTHH:mm:ssZ}) with token {holder.Token}"
            : $"{_lock} is held by another process: {cause.Message}";
    }

    // Nothing is lost when this file cannot be read: the agent's ledger knows the highest token too, and a damaged
    // line must not stop the nights that follow.
    private RunLockHolder? ReadHolder()
    {
        try
        {
            return JsonFile.TryRead(_holder, RunLockJson.Default.RunLockHolder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The lock, held by this process. Its children are on record from before they begin.</summary>
    private sealed class Held(RunLockFile file, FileStream open, RunLockHolder holder) : IHeldRunLock
    {
        private RunLockHolder _holder = holder;

        public void Started(RunChild child)
        {
            var next = _holder with { Children = [.. _holder.Children ?? [], child] };
            file.Write(next);
            _holder = next;
        }

        public void Dispose() => open.Dispose();
    }
}

/// <summary>Who holds a run lock, or held it last.</summary>
internal sealed record RunLockHolder(long Token, int ProcessId, DateTimeOffset ProcessStartedAt)
{
    /// <summary>The child processes of its run, ended or not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunChild>? Children { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunLockHolder))]
internal sealed partial class RunLockJson : JsonSerializerContext;
