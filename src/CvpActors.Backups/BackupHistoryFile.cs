using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>
/// What a node remembers of a database's backups apart from the backup directory: the highest generation, and where it was made. So an
/// empty directory is told from one whose volume is not mounted, and generations go on counting in a new one.
/// </summary>
/// <param name="path">The file, in the node's data directory; its folder must exist when something is kept.</param>
public sealed class BackupHistoryFile(string path)
{
    private readonly string _path = Path.GetFullPath(path);

    /// <summary>What was kept last; null when that is nothing, or cannot be read any more.</summary>
    public BackupHistory? Read()
    {
        try
        {
            return JsonFile.TryRead(_path, HistoryJson.Default.BackupHistory);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a generation, if it is not known already.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Keep(BackupHistory history)
    {
        if (history != Read())
        {
            JsonFile.Write(_path, history, HistoryJson.Default.BackupHistory);
        }
    }
}

/// <summary>The highest generation of a database's backups.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="Directory">Where it was made, with no symbolic link in the path.</param>
public sealed record BackupHistory(long Generation, string Directory);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupHistory))]
internal sealed partial class HistoryJson : JsonSerializerContext;
