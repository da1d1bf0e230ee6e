namespace CvpActors.Files;

/// <summary>
/// The steps by which files get their names and become durable, one call each. What a power cut leaves is decided by their order and by
/// nothing else, so a test puts a recorder in this place.
/// </summary>
public class Disk
{
    /// <summary>The machine's own.</summary>
    public static Disk Real { get; } = new();

    /// <summary>As <see cref="HardLink.TryCreate"/>.</summary>
    public virtual bool TryLink(string existing, string name) => HardLink.TryCreate(existing, name);

    /// <summary>Copies a file to a name that is free; the bytes are not flushed.</summary>
    public virtual void Copy(string from, string to) => File.Copy(from, to);

    /// <summary>Gives a file another name, replacing what had it. Afterwards the first name is gone, also when both named one file.</summary>
    public virtual void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);

        // rename(2) between two names of one file does nothing, and calls that a success.
        if (File.Exists(from))
        {
            File.Delete(from);
        }
    }

    /// <summary>Removes a name; none is no error.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>As <see cref="DurableFile.FlushBytes"/>.</summary>
    public virtual void FlushBytes(string path) => DurableFile.FlushBytes(path);

    /// <summary>As <see cref="DirectorySync.Flush"/>.</summary>
    public virtual void FlushFolder(string directory) => DirectorySync.Flush(directory);
}
