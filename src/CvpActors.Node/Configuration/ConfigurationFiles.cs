using System.Text;
using Akka.Configuration;
using CvpActors.Node.Configuration.Hocon;

namespace CvpActors.Node.Configuration;

/// <summary>Reads the files of the command line.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Some thousands of databases; what is larger is not a configuration.</summary>
    public const int LargestBytes = 1 << 20;

    private const string Demo = "demo.conf";
    private const string Ours = "cvp-actors";
    private const string Akkas = "akka";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The files laid over each other, a later one over an earlier one.</summary>
    /// <exception cref="SettingsException">A file cannot be read, is not HOCON, or holds what is no setting of a node.</exception>
    public static Config Load(IReadOnlyList<string> files)
    {
        var chosen = files.Count > 0 ? files : [Path.Combine(AppContext.BaseDirectory, "hocon", Demo)];
        var config = chosen.Select(file => Read(file, () => ReadBytes(file))).Aggregate((under, over) => over.WithFallback(under));
        return config.HasPath(Ours)
            ? config
            : throw new SettingsException(string.Join(", ", chosen), $"has no section {Ours}, so there is nothing to run; write {Ours} {{ … }} as hocon/standalone.conf shows it");
    }

    /// <summary>The settings in a file's bytes.</summary>
    /// <exception cref="SettingsException">They are not HOCON, or hold what is no setting of a node; names <paramref name="file"/> and the line.</exception>
    public static Config Parse(string file, byte[] content) => Read(file, () => content);

    private static Config Read(string file, Func<byte[]> content)
    {
        try
        {
            var root = HoconParser.Parse(Decode(content()));
            var config = HoconToAkka.Convert(root);
            RefuseStrangers(root);
            return config;
        }
        catch (HoconException e)
        {
            throw new SettingsException(file, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(file, $"cannot be read ({e.Message}); allowed: a HOCON file");
        }
    }

    /// <summary>No more than one byte too many: a device has no length and no end.</summary>
    private static byte[] ReadBytes(string path)
    {
        using var file = File.OpenRead(path);
        var read = new byte[LargestBytes + 1];
        var length = file.ReadAtLeast(read, read.Length, throwOnEndOfStream: false);
        return read[..length];
    }

    private static string Decode(byte[] content)
    {
        if (content.Length > LargestBytes)
        {
            throw new HoconException(0, $"is larger than {LargestBytes / 1024} KiB; allowed: a HOCON file of up to that size");
        }

        try
        {
            return StrictUtf8.GetString(content).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            var before = content.AsSpan(0, Math.Clamp(e.Index, 0, content.Length));
            throw new HoconException(1 + before.Count((byte)'\n'), "is not UTF-8; save the file as UTF-8");
        }
    }

    /// <summary>A misspelt section would otherwise be a node with nothing but defaults.</summary>
    private static void RefuseStrangers(HoconSection root)
    {
        if (root.Items.Count == 0)
        {
            throw new HoconException(0, $"is empty; write {Ours} {{ … }} as hocon/standalone.conf shows it, or leave the file out");
        }

        foreach (var (key, value) in root.Items)
        {
            if (key is not (Ours or Akkas))
            {
                throw new HoconException(value.Line, $"\"{(key.Length <= 60 ? key : key[..60] + "…")}\" is not known here; write {Ours} {{ … }} around the settings of a node (allowed here: {Ours}, {Akkas})");
            }
        }
    }
}
