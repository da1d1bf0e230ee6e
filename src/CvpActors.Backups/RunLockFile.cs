using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Ports;
using CvpActors.Files;

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

    private readonly string _lock = Path.Combine(Path.GetFullPath(directory), LockName);
    private readonly string _holder = Path.Combine(Path.GetFullPath(directory), HolderName);

    /// <inheritdoc/>
    public IDisposable Take(long token)
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

            using var self = Process.GetCurrentProcess();
            var holder = new RunLockHolder(token, self.Id, new DateTimeOffset(self.StartTime).ToUniversalTime());
            DurableFile.WriteText(_holder, JsonSerializer.Serialize(holder, RunLockJson.Default.RunLockHolder));
            return held;
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
            return File.Exists(_holder) ? JsonSerializer.Deserialize(File.ReadAllText(_holder), RunLockJson.Default.RunLockHolder) : null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>Who holds a run lock, or held it last.</summary>
internal sealed record RunLockHolder(long Token, int ProcessId, DateTimeOffset ProcessStartedAt);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunLockHolder))]
internal sealed partial class RunLockJson : JsonSerializerContext;
