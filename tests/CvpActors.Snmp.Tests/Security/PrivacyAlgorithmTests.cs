using CsCheck;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Tests.Security;

public sealed class PrivacyAlgorithmTests
{
    [Theory]
    // NIST SP 800-38A, F.3.13 and F.3.17; the vector 00 01 .. 0f is boots, time and salt in that order.
    [InlineData("2b7e151628aed2a6abf7158809cf4f3c", "3b3fd92eb72dad20333449f8e83cfb4a")]
    [InlineData("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "dc7e84bfda79164b7ecd8486985d3860")]
    public void The_cipher_gives_the_bytes_of_NIST_SP_800_38A(string key, string expected)
    {
        var plain = Convert.FromHexString("6bc1bee22e409f96e93d7e117393172a");
        var salt = Convert.FromHexString("08090a0b0c0d0e0f");

        var encrypted = PrivacyAlgorithm.Encrypt(Convert.FromHexString(key), 0x00010203, 0x04050607, salt, plain);

        Assert.Equal(expected, Convert.ToHexStringLower(encrypted));
    }

    [Fact]
    public void Any_length_survives_encryption_and_decryption() =>
        Gen.Select(Gen.Byte.Array[0, 70], Gen.Byte.Array[32], Gen.Byte.Array[8]).Sample((plain, key, salt) =>
        {
            var encrypted = PrivacyAlgorithm.Encrypt(key, 3, 4, salt, plain);
            Assert.Equal(plain.Length, encrypted.Length);
            Assert.True(PrivacyAlgorithm.TryDecrypt(key, 3, 4, salt, encrypted, out var back));
            Assert.Equal(plain, back);
        });

    [Theory]
    [InlineData("AES", "AES-128")]
    [InlineData("aes128", "AES-128")]
    [InlineData("AES-256", "AES-256")]
    public void Names_are_read_as_net_snmp_writes_them(string name, string expected)
    {
        Assert.True(PrivacyAlgorithm.TryFind(name, out var found));
        Assert.Equal(expected, found.Name);
    }
}
