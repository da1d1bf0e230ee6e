using System.Text;
using CvpActors.Domain.Ports;
using CvpActors.Files;

namespace CvpActors.Engines.Informix;

/// <summary>The server's message log (online.log), read from where it ended when a run began. CVP starts a new one on Sundays: then all of the new one is read.</summary>
internal sealed class MessageLog
{
    private const int LastLines = 5;
    private const long MostRead = 16 * 1024 * 1024;

    private readonly string _path;
    private readonly string? _identity;
    private readonly long _from;

    private MessageLog(string path, string? identity, long from) => (_path, _identity, _from) = (path, identity, from);

    /// <summary>Remembers where the log ends now.</summary>
    /// <exception cref="ReportingDatabaseException">It cannot be read: an aborted archive would not be seen.</exception>
    public static MessageLog Mark(string path)
    {
        try
        {
            using var file = Open(path);
            return new MessageLog(path, FileStatus.TryRead(path)?.Identity, file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReportingDatabaseException(
                $"the server's message log {path} cannot be read ({e.Message}), so an aborted archive would not be noticed; allowed: message-log = a file that this node's user may read", e);
        }
    }

    /// <summary>What was written since, a line each.</summary>
    /// <exception cref="ReportingDatabaseException">It cannot be read any more.</exception>
    public IReadOnlyList<string> Since()
    {
        try
        {
            using var file = Open(_path);
            var from = file.Length < _from || FileStatus.TryRead(_path)?.Identity != _identity ? 0 : _from;
            file.Position = Math.Max(from, file.Length - MostRead);
            using var reader = new StreamReader(file, Encoding.Latin1);
            return [.. reader.ReadToEnd().Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReportingDatabaseException($"the server's message log {_path} cannot be read any more: {e.Message}", e);
        }
    }

    /// <summary>The line that says that an archive was aborted since; null when none does.</summary>
    public string? FindAborted() => Since().FirstOrDefault(line =>
        (line.Contains("Archive on", StringComparison.Ordinal) && line.Contains("ABORTED", StringComparison.Ordinal))
        || line.Contains("Aborted by client", StringComparison.OrdinalIgnoreCase));

    /// <summary>Its last lines since, for an error.</summary>
    public string Last() => Since() is { Count: > 0 } lines ? Words.OnOneLine(string.Join(" / ", lines.TakeLast(LastLines))) : "nothing";

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
