using System.Globalization;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>
/// The highest epoch that any agent of this node has seen, as a number in a file. All agents of a node hear of a new epoch within the same
/// second; one flush for the node serves them all, where a thousand ledgers would keep the disk busy for seconds.
/// </summary>
/// <param name="path">The file; its folder must exist when an epoch is kept.</param>
public sealed class EpochFile(string path)
{
    private readonly string _path = Path.GetFullPath(path);
    private readonly Lock _turn = new();
    private long? _highest;

    /// <summary>The epoch in the file, which is read once; 0 when there is none yet.</summary>
    /// <exception cref="InvalidDataException">It holds no epoch; the message names it.</exception>
    public long Highest
    {
        get
        {
            lock (_turn)
            {
                return _highest ??= Read();
            }
        }
    }

    /// <summary>When this returns, <paramref name="epoch"/> or a higher one survives a power cut.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Keep(long epoch)
    {
        lock (_turn)
        {
            if (epoch > Highest)
            {
                DurableFile.WriteText(_path, epoch.ToString(CultureInfo.InvariantCulture));
                _highest = epoch;
            }
        }
    }

    private long Read()
    {
        if (!File.Exists(_path))
        {
            return 0;
        }

        var text = File.ReadAllText(_path);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? epoch
            : throw new InvalidDataException(
                $"{_path} holds '{text}' instead of an epoch; make sure that no coordinator of this cluster is frozen, then remove the file");
    }
}
