using System.Text;
using CvpActors.Domain.Purges;
using CvpActors.Node.Configuration;
using CvpActors.Node.Engines.Informix;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Tests.Engines;

/// <summary>What may be configured of an Informix server, and the example for a Unified CVP reporting server.</summary>
public sealed class InformixModuleTests
{
    private const string Whole = """
        cvp-actors.data-directory = "data"
        cvp-actors.databases.cvp {
          engine = informix
          informix {
            directory = "/opt/informix"
            server = "cvp"
            onconfig = "onconfig.cvp"
            database = "cvp_data"
          }
          backup.directory = "backup"
        }
        """;

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static NodeSettings Example => Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "cvp-reporting.conf")), "");

    [Fact]
    public void What_is_not_set_has_the_defaults_of_the_engine()
    {
        var options = Assert.IsType<ConfiguredInformix>(Read(Whole, "").Databases.Single().Engine).Options;

        Assert.Equal(
            ("/opt/informix/etc/sqlhosts", "informix", TimeSpan.FromMinutes(15), 50, "MDY4/", 2, TimeSpan.Zero, false),
            (options.Sqlhosts, options.User, options.StallAfter, options.LeastOfLastPercent, options.DateFormat, options.FragmentsAheadDays, options.ForceDetachAfter, options.DetachReferenced));
    }

    [Theory]
    [InlineData("informix.onconfig = \"/etc/onconfig\"", "informix.onconfig: \"/etc/onconfig\" is a path; allowed: the name of a file")]
    [InlineData("informix.database = \"cvp data\"", "informix.database: \"cvp data\" would need quotes; allowed: a letter")]
    [InlineData("informix.tape = \"x\"", "informix.tape: unknown key; allowed here: database, date-format, directory,")]
    [InlineData("informix.least-of-last = 150%", "informix.least-of-last: \"150%\" is not allowed; allowed: 0% to 100%")]
    [InlineData("informix.least-of-last = 50", "informix.least-of-last: \"50\" is not allowed")]
    [InlineData("informix.date-format = \"MDY2/\"", "informix.date-format: \"MDY2/\" cannot be read without doubt; allowed:")]
    [InlineData("informix.fragments-ahead = 36h", "informix.fragments-ahead: 36h is not a number of days")]
    [InlineData("informix.referenced-tables = drop", "informix.referenced-tables: \"drop\" is not known; allowed: delete, detach")]
    [InlineData("informix.environment.DBACCNOIGN = \"0\"", "informix.environment.DBACCNOIGN: is given by the engine itself; allowed: any name but")]
    [InlineData("informix.stall-after = 0s", "informix.stall-after: 0s is out of range")]
    [InlineData("purge.categories.call {\n table = \"a b\"\n timestamp-column = \"c\"\n retain = 30d\n}", "purge.categories.call.table: \"a b\" would need quotes")]
    [InlineData("purge.categories.call {\n table = \"call\"\n timestamp-column = \"c\"\n timestamp-format = iso8601\n retain = 30d\n}", "purge.categories.call.timestamp-format: \"iso8601\" is not for informix")]
    public void A_wrong_key_is_named_with_what_is_allowed(string over, string expected)
    {
        var told = Assert.Throws<SettingsException>(() => Read(Whole, $"cvp-actors.databases.cvp {{\n{over}\n}}")).Message;

        Assert.StartsWith("cvp-actors.databases.cvp." + expected, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("server")]
    [InlineData("onconfig")]
    [InlineData("database")]
    public void What_a_server_cannot_be_found_without_is_required(string key)
    {
        var lines = Whole.Split('\n').Where(line => !line.TrimStart().StartsWith($"{key} =", StringComparison.Ordinal));

        Assert.Contains($"informix.{key}: is missing", Assert.Throws<SettingsException>(() => Read(string.Join('\n', lines), "")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_keeps_to_the_guide_of_Unified_CVP()
    {
        var database = Example.Databases.Single();
        var days = database.Plan.Categories.ToDictionary(c => c.Name, c => (c.Retain.TotalDays, c.Parent));

        Assert.Equal((30, null), days["call"]);
        Assert.Equal((30, "call"), days["callevent"]);
        Assert.Equal((30, "call"), days["vxmlsession"]);
        Assert.Equal((15, "vxmlsession"), days["vxmlelement"]);
        Assert.All(
            new[] { "vxmleccvariable", "vxmlvoiceinteractdetail", "vxmlsessionvariable", "vxmlelementdetail" }, table => Assert.Equal((15, "vxmlelement"), days[table]));
        Assert.All(database.Plan.Categories, c => Assert.Equal(("callstartdate", TimestampFormat.Native), (c.TimestampColumn, c.TimestampFormat)));
        Assert.Equal("30 0,12 * * *", database.Definition.Purge.Schedule);
    }

    [Fact]
    public void The_example_needs_no_advice() =>
        Assert.Empty(IdleAdvice.For(Example).Concat(ScheduleAdvice.For(Example, Now)).Concat(SpacingAdvice.For(Example, Now)));

    [Theory]
    [InlineData("59 0 * * *", "29 min")]
    [InlineData("30 12 * * *", "0 ms")]
    public void A_backup_less_than_half_an_hour_after_the_nightly_or_the_midday_purge_is_advised_against(string schedule, string after)
    {
        var over = $"cvp-actors.databases.cvp.backup.schedule = \"{schedule}\"\ncvp-actors.databases.cvp.purge.schedule = \"30 0,12 * * *\"";

        var advice = Assert.Single(SpacingAdvice.For(Read(Whole, over), Now));

        Assert.StartsWith($"cvp-actors.databases.cvp.backup.schedule falls due {after} after the purge: the guide for informix wants at least 30 min", advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 1 * * *")]
    [InlineData("29 0 * * *")]
    public void One_half_an_hour_after_or_before_needs_no_advice(string schedule) => Assert.Empty(SpacingAdvice.For(
        Read(Whole, $"cvp-actors.databases.cvp.backup.schedule = \"{schedule}\"\ncvp-actors.databases.cvp.purge.schedule = \"30 0,12 * * *\""), Now));

    [Fact]
    public void Another_engine_has_no_such_rule() => Assert.Empty(SpacingAdvice.For(Settings.Sample.Read("cvp-actors.databases.reporting.purge.schedule = \"0 2 * * *\""), Now));

    private static NodeSettings Read(string whole, string over) => NodeSettingsReader.Read(
        over.Length == 0 ? Parse(whole) : Parse(over).WithFallback(Parse(whole)), EngineModules.All);

    private static Akka.Configuration.Config Parse(string text) => ConfigurationFiles.Parse("my.conf", Encoding.UTF8.GetBytes(text));
}
