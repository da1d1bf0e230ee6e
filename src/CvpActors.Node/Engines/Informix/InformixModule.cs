using System.Collections.Immutable;
using System.Globalization;
using CvpActors.Engines.Informix;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Engines.Informix;

/// <summary><c>engine = informix</c>.</summary>
internal sealed class InformixModule : IEngineModule
{
    private static readonly TimeSpan LongestStall = TimeSpan.FromHours(11);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public string Name => InformixEngine.EngineName;

    public IConfiguredEngine Read(SettingsSection database)
    {
        var section = database.Section(Name);
        var directory = Path.GetFullPath(section.Text("directory"));
        var options = new InformixOptions(
            directory,
            section.Text("server"),
            FileName(section, "onconfig"),
            section.OptionalText("sqlhosts") is { } sqlhosts ? Hosts(sqlhosts) : Path.Combine(directory, "etc", "sqlhosts"),
            Plain(section.Text("database"), section.KeyPath("database")))
        {
            User = section.OptionalText("user") ?? "informix",
            StallAfter = section.Duration("stall-after", InformixOptions.DefaultStallAfter, TimeSpan.FromSeconds(1), LongestStall),
            MessageLog = section.OptionalText("message-log") is { } log ? Path.GetFullPath(log) : null,
            LeastOfLastPercent = Percent(section, "least-of-last", 50),
            LockWait = section.Duration("lock-wait", InformixOptions.DefaultLockWait, TimeSpan.FromSeconds(1), LongestWait),
            DateFormat = DateFormat(section, "date-format"),
            FragmentsAheadDays = WholeDays(section, "fragments-ahead", 2),
            ForceDetachAfter = section.Duration("force-detach-after", TimeSpan.Zero, TimeSpan.Zero, LongestWait),
            Environment = ReadEnvironment(section.Section("environment")),
            DetachReferenced = section.OneOf("referenced-tables", false, ("delete", false), ("detach", true)),
        };
        section.RefuseUnknownKeys();
        CheckCategories(database.Section("purge").Section("categories"));
        return new ConfiguredInformix(section.KeyPath("directory"), options);
    }

    /// <summary>What this engine cannot purge is said at start, and not by the first purge.</summary>
    private static void CheckCategories(SettingsSection categories)
    {
        foreach (var (_, category) in categories.NamedSections())
        {
            Plain(category.OptionalText("table"), category.KeyPath("table"));
            Plain(category.OptionalText("timestamp-column"), category.KeyPath("timestamp-column"));
            if (category.OptionalText("timestamp-format") is { } format && format != "native")
            {
                throw new SettingsException(category.KeyPath("timestamp-format"), $"\"{format}\" is not for informix, which dates rows by DATE and DATETIME columns; allowed: native");
            }
        }
    }

    private static string Plain(string? name, string key) => name is null || SqlName.IsPlain(name) ? name! : throw new SettingsException(key, $"\"{name}\" would need quotes; {SqlName.Allowed}");

    private static ImmutableDictionary<string, string> ReadEnvironment(SettingsSection section) =>
        section.Keys.FirstOrDefault(name => InformixOptions.OwnEnvironment.Contains(name)) is { } own
            ? throw new SettingsException(section.KeyPath(own), $"is given by the engine itself; allowed: any name but {string.Join(", ", InformixOptions.OwnEnvironment)}")
            : section.Keys.ToImmutableDictionary(name => name, section.Text, StringComparer.Ordinal);

    /// <summary>On Windows it names a machine, whose registry has the entries.</summary>
    private static string Hosts(string text) => OperatingSystem.IsWindows() ? text : Path.GetFullPath(text);

    private static string FileName(SettingsSection section, string key)
    {
        var name = section.Text(key);
        return Path.GetFileName(name) == name
            ? name
            : throw new SettingsException(section.KeyPath(key), $"\"{name}\" is a path; allowed: the name of a file in the folder etc of informix.directory, such as onconfig.cvp");
    }

    private static int Percent(SettingsSection section, string key, int byDefault) =>
        section.OptionalText(key) is not { } text ? byDefault
        : text.EndsWith('%') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent
        : throw new SettingsException(section.KeyPath(key), $"\"{text}\" is not allowed; allowed: 0% to 100%, 0% for any size");

    private static string DateFormat(SettingsSection section, string key)
    {
        var format = section.OptionalText(key) ?? "MDY4/";
        return InformixOptions.CanRead(format)
            ? format
            : throw new SettingsException(section.KeyPath(key), $"\"{format}\" cannot be read without doubt; allowed: the server's DBDATE with four digits for the year, MDY4, DMY4, Y4MD or Y4DM and one of / - .");
    }

    private static int WholeDays(SettingsSection section, string key, int byDefault)
    {
        var days = section.Duration(key, TimeSpan.FromDays(byDefault), TimeSpan.Zero, TimeSpan.FromDays(30)).TotalDays;
        return days == Math.Floor(days) ? (int)days : throw new SettingsException(section.KeyPath(key), $"{section.OptionalText(key)} is not a number of days; allowed: 0d to 30d, whole days");
    }
}

/// <summary>One Informix server and its reporting database.</summary>
internal sealed record ConfiguredInformix(string LocationKey, InformixOptions Options) : IConfiguredEngine
{
    /// <summary>Cisco's guide for 12.6; for 8.x to 10.x it was three hours.</summary>
    public TimeSpan BackupAfterPurge => TimeSpan.FromMinutes(30);

    public EnginePorts Compose(TimeProvider time) => new(new InformixEngine(Options, time), new InformixPurger(Options, time)) { Restorer = new InformixRestorer(Options, time) };
}
