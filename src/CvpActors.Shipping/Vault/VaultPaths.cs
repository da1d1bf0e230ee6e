using CvpActors.Domain.Backups;

namespace CvpActors.Shipping.Vault;

/// <summary>Every name in a vault's directory of one database.</summary>
internal sealed class VaultPaths(string directory)
{
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>The newest generation: whoever has nothing but this disk restores from it.</summary>
    public string Plain => In(BackupNames.Old);

    /// <summary>What is known of it, for people; <see cref="Catalog"/> is what counts.</summary>
    public string PlainManifest => BackupNames.ManifestOf(Plain);

    public string Catalog => In("catalog.json");

    public string Generations => In("generations");

    /// <summary>What the plain file was before the last publication, until the delta that makes it is durable.</summary>
    public string Previous => In("previous");

    /// <summary>A second plain copy of the newest generation, to be patched in place by the next.</summary>
    public string Spare => In("spare");

    /// <summary>Says of which generation the spare is a copy; only while it is a whole one.</summary>
    public string SpareState => In("spare.json");

    public string Incoming => In("incoming");

    /// <summary>The new generation, while its frames arrive.</summary>
    public string IncomingFile => Path.Combine(Incoming, "file");

    /// <summary>The frames that have arrived.</summary>
    public string IncomingDelta => Path.Combine(Incoming, "delta");

    public string IncomingState => Path.Combine(Incoming, "upload.json");

    /// <summary>Files that are being made out of deltas; of no value after a restart.</summary>
    public string Scratch => In("scratch");

    /// <summary>A free name in <see cref="Scratch"/>, which is emptied at each start.</summary>
    public string NewScratchFile()
    {
        System.IO.Directory.CreateDirectory(Scratch);
        return Path.Combine(Scratch, Path.GetRandomFileName());
    }

    public string Generation(string file) => Path.Combine(Generations, file);

    private string In(string name) => Path.Combine(Directory, name);
}
