using CsCheck;
using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Notifications;

namespace CvpActors.Snmp.Tests.Notifications;

public sealed class CiscoCvpNotificationTests
{
    [Theory]
    [InlineData(AlertCodes.BackupFailed, AlertPhase.Raised, 4010, "REPORTING_DB_BACKUP_FAILED", 1, 3)]
    [InlineData(AlertCodes.BackupFailed, AlertPhase.Cleared, 4011, "REPORTING_DB_BACKUP_COMPLETED", 2, 6)]
    [InlineData(AlertCodes.PurgeFailed, AlertPhase.Raised, 4006, "REPORTING_DB_PURGE_FAILED", 1, 3)]
    [InlineData(AlertCodes.PurgeFailed, AlertPhase.Cleared, 4007, "REPORTING_DB_PURGE_COMPLETED", 2, 6)]
    [InlineData(AlertCodes.ClockSkew, AlertPhase.Raised, 4014, "REPORTING_DB_ALERT_MSG", 1, 4)]
    [InlineData(AlertCodes.ClockSkew, AlertPhase.Cleared, 4014, "REPORTING_DB_ALERT_MSG", 2, 6)]
    [InlineData("drill-failed", AlertPhase.Raised, 4014, "REPORTING_DB_ALERT_MSG", 1, 3)]
    [InlineData("test", AlertPhase.Raised, 4014, "REPORTING_DB_ALERT_MSG", 1, 6)]
    public void Every_alert_has_the_message_state_and_severity_of_Cisco_CVP(
        string code, AlertPhase phase, uint id, string name, int state, int severity)
    {
        var values = Values(Samples.BackupFailed with { Code = code, Phase = phase });

        Assert.Equal(new SnmpValue.Unsigned32(id), values[0]);
        Assert.Equal(SnmpValue.Text(name), values[3]);
        Assert.Equal(new SnmpValue.Integer32(state), values[4]);
        Assert.Equal(new SnmpValue.Integer32(severity), values[5]);
    }

    [Fact]
    public void A_code_of_our_own_stands_in_the_text()
    {
        Assert.Equal("clock-skew: it failed", Text(Samples.BackupFailed with { Code = AlertCodes.ClockSkew }, 7));
        Assert.Equal("it failed", Text(Samples.BackupFailed, 7));
    }

    [Fact]
    public void Two_databases_alerts_differ_in_the_application_so_that_a_clear_meets_its_own_raise()
    {
        Assert.Equal("CvpActors/reporting", Text(Samples.BackupFailed, 2));
        Assert.Equal("CvpActors/archive", Text(Samples.BackupFailed with { Database = "archive" }, 2));
        Assert.Equal("CvpActors", Text(Samples.BackupFailed with { Database = "" }, 2));
    }

    [Fact]
    public void Alerts_that_share_a_message_differ_in_the_application_and_each_clear_meets_its_own_raise()
    {
        var raised = new[]
        {
            Samples.BackupFailed with { Code = AlertCodes.LockCleared, AlertId = "alert-7" },
            Samples.BackupFailed with { Code = AlertCodes.ClockSkew, AlertId = "alert-8" },
            Samples.BackupFailed with { Code = AlertCodes.ShipmentOverdue, AlertId = "shipment-hq-3" },
            Samples.BackupFailed with { Code = AlertCodes.ShipmentOverdue, AlertId = "shipment-dr-3" },
            Samples.BackupFailed with { Code = AlertCodes.ClockSkew, AlertId = "node-alert-8", Database = "" },
            Samples.BackupFailed with { Code = AlertCodes.Summary, AlertId = "summary-1", Database = "" },
            Samples.BackupFailed with { Code = AlertCodes.Test, AlertId = "test-1", Database = "" },
        };

        Assert.Equal("CvpActors/reporting/lock-cleared/alert-7", Text(raised[0], 2));
        Assert.Equal("CvpActors/clock-skew/node-alert-8", Text(raised[4], 2));
        Assert.Equal(raised.Length, raised.Select(Identity).Distinct().Count());
        Assert.All(raised, alert => Assert.Equal(Identity(alert), Identity(alert with { Phase = AlertPhase.Cleared, Id = "another", Text = "it is over" })));
    }

    [Fact]
    public void Text_is_cut_to_255_octets_between_characters() => Gen.String[0, 400].Where(Valid).Sample(text =>
    {
        var octets = TextualConventions.AdminString(text);
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        Assert.InRange(octets.Length, 0, 255);
        Assert.Equal(length > 255, octets.ToText() != text);
        Assert.True(length <= 255 || (octets.ToText().EndsWith('…') && text.StartsWith(octets.ToText()[..^1], StringComparison.Ordinal)));
    });

    [Fact]
    public void A_moment_in_another_zone_is_written_in_UTC() => Assert.Equal(
        "07ea0b170200000" + "92b0000",
        TextualConventions.DateAndTime(new DateTimeOffset(2026, 11, 23, 4, 30, 0, 987, TimeSpan.FromHours(2.5))).ToHex());

    /// <summary>What receivers pair a clear with its raise by.</summary>
    private static (SnmpValue Message, string Host, string Application) Identity(AlertNotification alert) => (Values(alert)[0], Text(alert, 1), Text(alert, 2));

    private static bool Valid(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) == text;

    private static SnmpValue[] Values(AlertNotification alert) =>
        [.. CiscoCvpNotification.Of(alert, Samples.Source).Variables.Select(v => v.Value)];

    private static string Text(AlertNotification alert, int place) => ((SnmpValue.OctetString)Values(alert)[place]).Value.ToText();
}
