using System.Security.Cryptography;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Tests.Security;

public sealed class KeyLocalisationTests
{
    private static readonly Octets Engine = Octets.FromHex("000000000000000000000002");

    [Theory]
    // RFC 3414, A.3.1 and A.3.2.
    [InlineData("MD5", "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b")]
    [InlineData("SHA1", "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f")]
    public void The_example_of_RFC_3414_gives_its_keys(string hash, string userKey, string localised)
    {
        var key = KeyLocalisation.UserKey(new HashAlgorithmName(hash), "maplesyrup"u8);

        Assert.Equal(userKey, Convert.ToHexStringLower(key));
        Assert.Equal(localised, Convert.ToHexStringLower(KeyLocalisation.Localise(new HashAlgorithmName(hash), key, Engine)));
    }

    [Theory]
    // What snmptrapd 5.9.3 stored for "createUser -e 0x80001f880501020304050607 alice SHA-256 authpass1 AES privpass1".
    [InlineData("authpass1", 32, "09747701abc1099b66c479598649e265b76d8b9a9219b102df82561cbbfbd957")]
    [InlineData("privpass1", 16, "5bf440e69ea47a86ca8f7a0e8a8516e3")]
    public void Keys_are_those_that_net_snmp_derives(string passphrase, int bytes, string expected)
    {
        var user = KeyLocalisation.UserKey(HashAlgorithmName.SHA256, System.Text.Encoding.UTF8.GetBytes(passphrase));
        var localised = KeyLocalisation.Localise(HashAlgorithmName.SHA256, user, Octets.FromHex("80001f880501020304050607"));

        Assert.Equal(expected, Convert.ToHexStringLower(KeyLocalisation.ForCipher(HashAlgorithmName.SHA256, localised, bytes)));
    }

    [Fact]
    public void A_short_key_is_stretched_by_its_own_hash()
    {
        byte[] key = [.. Enumerable.Range(0, 20).Select(n => (byte)n)];

        var stretched = KeyLocalisation.ForCipher(HashAlgorithmName.SHA1, key, 32);

        Assert.Equal([.. key, .. CryptographicOperations.HashData(HashAlgorithmName.SHA1, key).AsSpan(0, 12)], stretched);
    }
}
