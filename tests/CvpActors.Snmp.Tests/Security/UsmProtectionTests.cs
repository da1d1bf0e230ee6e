using System.Collections.Immutable;
using CsCheck;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Tests.Security;

public sealed class UsmProtectionTests
{
    private static readonly Octets EngineId = Octets.FromHex("80001f880501020304");

    private static readonly ScopedPdu Scoped = new(
        EngineId,
        Octets.Empty,
        new Pdu(PduType.Inform, 9, 0, 0,
            ImmutableArray.Create(new VariableBinding(ObjectIdentifier.Parse("1.3.6.1"), SnmpValue.Text("secret text")))));

    public static TheoryData<string, string, string> Combinations()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var level in Enum.GetNames<SecurityLevel>())
        {
            foreach (var auth in AuthenticationAlgorithm.Allowed.Split(", "))
            {
                foreach (var privacy in PrivacyAlgorithm.Allowed.Split(", "))
                {
                    data.Add(level, auth, privacy);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void What_is_sealed_can_be_opened(string level, string auth, string privacy)
    {
        var keys = Keys(level, auth, privacy);
        var bytes = UsmProtection.Seal(1, true, Scoped, keys, new EngineClock(EngineId, 3, 500));

        var message = SnmpDecoder.DecodeUserMessage(bytes);

        Assert.Equal(Scoped, UsmProtection.Open(bytes, message, keys));
        Assert.Equal(level == "AuthPriv", bytes.AsSpan().IndexOf("secret text"u8) < 0);
    }

    [Fact]
    public void A_signed_message_with_one_bit_changed_is_refused()
    {
        var keys = Keys("AuthPriv", "SHA-256", "AES-128");
        var sealedBytes = UsmProtection.Seal(1, true, Scoped, keys, new EngineClock(EngineId, 3, 500));
        Gen.Int[0, (sealedBytes.Length * 8) - 1].Sample(bit =>
        {
            var bytes = sealedBytes.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var message = SnmpDecoder.DecodeUserMessage(bytes);
                if ((message.Flags & MessageFlags.Authenticated) == 0)
                {
                    return;
                }

                UsmProtection.Open(bytes, message, keys);
                Assert.Fail($"bit {bit} was changed and nobody noticed");
            }
            catch (SnmpFormatException)
            {
                // Refused, one way or the other.
            }
        });
    }

    [Fact]
    public void No_two_messages_have_the_same_salt()
    {
        var keys = Keys("AuthPriv", "SHA-256", "AES-128");
        var salts = Enumerable.Range(0, 100).Select(n => SnmpDecoder.DecodeUserMessage(
            UsmProtection.Seal(n, true, Scoped, keys, new EngineClock(EngineId, 3, 500))).Security.Privacy);

        Assert.Equal(100, salts.Distinct().Count());
    }

    [Fact]
    public void Neither_a_user_nor_its_keys_print_a_secret()
    {
        var user = User("AuthPriv", "SHA-256", "AES-128");
        Assert.DoesNotContain("passphrase", $"{user} {user.At(EngineId)} {new Secret("passphrase")}", StringComparison.Ordinal);
    }

    private static UsmKeys Keys(string level, string auth, string privacy) => User(level, auth, privacy).At(EngineId);

    private static UsmUser User(string level, string auth, string privacy)
    {
        Assert.True(AuthenticationAlgorithm.TryFind(auth, out var authentication));
        Assert.True(PrivacyAlgorithm.TryFind(privacy, out var cipher));
        return new UsmUser(
            "alice", Enum.Parse<SecurityLevel>(level), authentication, new Secret("auth passphrase"), cipher, new Secret("privacy passphrase"));
    }
}
