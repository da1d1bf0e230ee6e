using System.Diagnostics.CodeAnalysis;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Notifications;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Delivery;

/// <summary>A setting that cannot be used.</summary>
/// <param name="Key">The setting's key below the receiver, such as <c>auth-passphrase</c>.</param>
/// <param name="Problem">What is wrong with it; never a secret's text.</param>
/// <param name="Allowed">What would be right.</param>
public sealed record SettingProblem(string Key, string Problem, string Allowed);

/// <summary>The settings of one receiver, as an operator writes them. <see cref="Validate"/> says what is wrong with them.</summary>
/// <remarks>Choices are text, so that a wrong one can be reported with its key beside all the others.</remarks>
public sealed record SnmpReceiver
{
    /// <summary>The shortest passphrase that RFC 3414 (11.2) allows, octets.</summary>
    public const int ShortestPassphrase = 8;

    /// <summary><c>address</c>: HOST:PORT over UDP, with an IPv6 address in brackets.</summary>
    public required string Address { get; init; }

    /// <summary><c>version</c>: <c>v2c</c> or <c>v3</c>.</summary>
    public string Version { get; init; } = "v2c";

    /// <summary><c>kind</c>: <c>trap</c>, sent once and forgotten, or <c>inform</c>, delivered when it is acknowledged.</summary>
    public string Kind { get; init; } = "trap";

    /// <summary><c>community</c> of v2c.</summary>
    public Secret Community { get; init; } = Secret.None;

    /// <summary><c>user</c> of v3.</summary>
    public string User { get; init; } = "";

    /// <summary><c>security-level</c> of v3: <c>noAuthNoPriv</c>, <c>authNoPriv</c> or <c>authPriv</c>.</summary>
    public string SecurityLevel { get; init; } = "authPriv";

    /// <summary><c>auth-algorithm</c> of v3: one of <see cref="AuthenticationAlgorithm.Allowed"/>.</summary>
    public string AuthAlgorithm { get; init; } = "SHA-256";

    /// <summary><c>auth-passphrase</c> of v3, 8 octets or more.</summary>
    public Secret AuthPassphrase { get; init; } = Secret.None;

    /// <summary><c>privacy-algorithm</c> of v3: one of <see cref="PrivacyAlgorithm.Allowed"/>.</summary>
    public string PrivacyAlgorithm { get; init; } = "AES-128";

    /// <summary><c>privacy-passphrase</c> of v3, 8 octets or more.</summary>
    public Secret PrivacyPassphrase { get; init; } = Secret.None;

    /// <summary><c>profile</c>: <c>cisco-cvp</c> or <c>cvp-actors</c>.</summary>
    public string Profile { get; init; } = "cisco-cvp";

    /// <summary><c>base-oid</c>: where the notifications of profile <c>cvp-actors</c> are rooted.</summary>
    public string BaseOid { get; init; } = CvpActorsNotification.DefaultBase;

    /// <summary><c>timeout</c>: how long one try of an inform waits for its acknowledgement.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary><c>retries</c>: how often an inform is sent again before the delivery has failed; the caller then tries again later.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Every setting that cannot be used; empty when all can.</summary>
    public IReadOnlyList<SettingProblem> Validate() => Read(out _);

    /// <summary>The settings in the types that sending needs.</summary>
    /// <exception cref="ArgumentException">They are not valid; the message lists every problem.</exception>
    internal ReceiverPlan ToPlan()
    {
        var problems = Read(out var plan);
        return plan ?? throw new ArgumentException(
            $"SNMP receiver {Address}: {string.Join("; ", problems.Select(p => $"{p.Key} {p.Problem}, allowed: {p.Allowed}"))}");
    }

    private List<SettingProblem> Read(out ReceiverPlan? plan)
    {
        var check = new Check();
        var address = ReceiverAddress.TryParse(Address, out var parsed)
            ? parsed
            : check.Wrong<ReceiverAddress>("address", $"is '{Address}'", "HOST:PORT, with an IPv6 address in brackets");
        var version = check.OneOf("version", Version, "v2c", "v3");
        var isInform = check.OneOf("kind", Kind, "trap", "inform") == 1;
        var profile = (NotificationProfile)check.OneOf("profile", Profile, "cisco-cvp", "cvp-actors");
        if (!ObjectIdentifier.TryParse(BaseOid, out var baseOid) || baseOid.Arcs.Length > 100)
        {
            baseOid = check.Wrong<ObjectIdentifier>("base-oid", $"is '{BaseOid}'", "an object identifier such as " + CvpActorsNotification.DefaultBase);
        }

        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(5))
        {
            check.Wrong<object>("timeout", $"is {Timeout}", "0.1 s to 5 minutes");
        }

        if (Retries is < 0 or > 20)
        {
            check.Wrong<object>("retries", $"is {Retries}", "0 to 20");
        }

        var user = version == 1 ? ReadUser(check) : null;
        if (version == 0 && Community.Length == 0)
        {
            check.Wrong<object>("community", "is missing", "the receiver's community, which v2c needs");
        }

        plan = check.Problems.Count > 0
            ? null
            : new ReceiverPlan(address!, isInform, Community, user, profile, baseOid!, Timeout, Retries);
        return check.Problems;
    }

    private UsmUser ReadUser(Check check)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(User);
        if (length is 0 or > 32)
        {
            check.Wrong<object>("user", length == 0 ? "is missing" : $"has {length} octets", "1 to 32 octets");
        }

        var level = (SecurityLevel)check.OneOf("security-level", SecurityLevel, "noAuthNoPriv", "authNoPriv", "authPriv");
        var authentication = AuthenticationAlgorithm.TryFind(AuthAlgorithm, out var found)
            ? found
            : check.Wrong<AuthenticationAlgorithm>("auth-algorithm", $"is '{AuthAlgorithm}'", AuthenticationAlgorithm.Allowed);
        var privacy = Security.PrivacyAlgorithm.TryFind(PrivacyAlgorithm, out var cipher)
            ? cipher
            : check.Wrong<PrivacyAlgorithm>("privacy-algorithm", $"is '{PrivacyAlgorithm}'", Security.PrivacyAlgorithm.Allowed);
        if (level is Security.SecurityLevel.AuthNoPriv or Security.SecurityLevel.AuthPriv)
        {
            check.Passphrase("auth-passphrase", AuthPassphrase);
        }

        if (level == Security.SecurityLevel.AuthPriv)
        {
            check.Passphrase("privacy-passphrase", PrivacyPassphrase);
        }

        return new UsmUser(
            User,
            level,
            authentication ?? AuthenticationAlgorithm.Sha256,
            AuthPassphrase,
            privacy ?? Security.PrivacyAlgorithm.Aes128,
            PrivacyPassphrase);
    }

    private sealed class Check
    {
        public List<SettingProblem> Problems { get; } = [];

        [return: MaybeNull]
        public T Wrong<T>(string key, string problem, string allowed)
            where T : class
        {
            Problems.Add(new SettingProblem(key, problem, allowed));
            return null;
        }

        public int OneOf(string key, string value, params string[] allowed)
        {
            var index = Array.FindIndex(allowed, a => a.Equals(value, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                Wrong<object>(key, $"is '{value}'", string.Join(", ", allowed));
            }

            return index;
        }

        public void Passphrase(string key, Secret secret)
        {
            if (secret.Length < ShortestPassphrase)
            {
                Wrong<object>(
                    key, secret.Length == 0 ? "is missing" : $"has {secret.Length} octets", $"{ShortestPassphrase} octets or more (RFC 3414, 11.2)");
            }
        }
    }
}

/// <summary>A receiver's settings in the types that sending needs.</summary>
internal sealed record ReceiverPlan(
    ReceiverAddress Address,
    bool IsInform,
    Secret Community,
    UsmUser? User,
    NotificationProfile Profile,
    ObjectIdentifier BaseOid,
    TimeSpan Timeout,
    int Retries);
