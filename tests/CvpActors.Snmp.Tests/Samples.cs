using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Delivery;
using CvpActors.Snmp.Notifications;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Tests;

/// <summary>What most tests start from.</summary>
internal static class Samples
{
    public const string AuthPassphrase = "auth-passphrase-1";
    public const string PrivacyPassphrase = "privacy-passphrase-1";

    public static NotificationSource Source { get; } = new("rep1", "CvpActors");

    public static AlertNotification BackupFailed { get; } = new(
        "reporting/a1/raised",
        "reporting",
        "a1",
        AlertCodes.BackupFailed,
        AlertPhase.Raised,
        new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero),
        "it failed");

    public static SnmpEngine Engine(TimeProvider? time = null) => SnmpEngine.Start(new StateInMemory(), time ?? TimeProvider.System);

    public static SnmpReceiver V2c(string address, string kind) => new()
    {
        Address = address,
        Kind = kind,
        Community = new Secret("public"),
        Timeout = TimeSpan.FromSeconds(2),
    };

    public static SnmpReceiver V3(string address, string kind, string user, string level, string auth = "SHA-256", string privacy = "AES-128") => new()
    {
        Address = address,
        Version = "v3",
        Kind = kind,
        User = user,
        SecurityLevel = level,
        AuthAlgorithm = auth,
        AuthPassphrase = new Secret(AuthPassphrase),
        PrivacyAlgorithm = privacy,
        PrivacyPassphrase = new Secret(PrivacyPassphrase),
        Timeout = TimeSpan.FromSeconds(2),
    };

    public static SnmpAlertChannel Channel(SnmpReceiver receiver, SnmpEngine? engine = null, TimeProvider? time = null) =>
        new(receiver, engine ?? Engine(time), Source, time ?? TimeProvider.System);
}

/// <summary>An engine's state without a disk.</summary>
internal sealed class StateInMemory : IEngineStateStore
{
    public EngineState? State { get; set; }

    public EngineState? Load() => State;

    public void Save(EngineState state) => State = state;
}
