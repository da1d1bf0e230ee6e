using System.Text;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Tests.Configuration;

/// <summary>Reading a configuration ends, in bounded time and memory, whatever its bytes are; the seed is fixed.</summary>
public sealed class AnyBytesTests
{
    private const int Cases = 4000;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(5);
    private const long MostBytesAllocated = 1L << 29;

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", "=", ":", ",", ".", "\"", "\"\"\"", "\\", "\\u", "#", "//", "\n", "${", "${?", "}", "+=", "include \"", "null", "\0", "\uFEFF", "é", "cvp-actors", " "];

    [Fact]
    public void Damaged_configurations_are_read_or_refused_in_one_line()
    {
        var random = new Random(20261128);
        var whole = ConfigurationFilesTests.ShippedFiles().Select(File.ReadAllText).ToArray();
        for (var i = 0; i < Cases; i++)
        {
            var text = new StringBuilder(whole[random.Next(whole.Length)]);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                Damage(text, random);
            }

            Read(Encoding.UTF8.GetBytes(text.ToString()), $"case {i}");
        }
    }

    [Fact]
    public void Pieces_of_hocon_in_any_order_are_read_or_refused_in_one_line()
    {
        var random = new Random(20261129);
        for (var i = 0; i < 5 * Cases; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            Read(Encoding.UTF8.GetBytes(text), $"case {i}");
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_in_one_line()
    {
        var random = new Random(20261130);
        for (var i = 0; i < 5 * Cases; i++)
        {
            var bytes = new byte[random.Next(0, 300)];
            random.NextBytes(bytes);
            Read(bytes, $"case {i}");
        }
    }

    [Theory]
    [InlineData("cvp-actors = ", "[")]
    [InlineData("", "a {")]
    [InlineData("cvp-actors.a = 1", "\n.a")]
    [InlineData("cvp-actors", ".a")]
    [InlineData("cvp-actors = [", "{},")]
    [InlineData("cvp-actors = \"", "\\\"")]
    [InlineData("cvp-actors = ", "\"x\" ")]
    [InlineData("cvp-actors = \"\"\"", "\"\\")]
    [InlineData("", "cvp-actors.a { b = 1 }\n")]
    [InlineData("", "# \n")]
    [InlineData("cvp-actors = a", " ")]
    public void A_file_of_one_piece_over_and_over_ends(string first, string piece)
    {
        var text = new StringBuilder(first);
        while (text.Length + piece.Length < ConfigurationFiles.LargestBytes)
        {
            text.Append(piece);
        }

        Read(Encoding.UTF8.GetBytes(text.ToString()), piece);
    }

    [Fact]
    public void Substitutions_of_substitutions_neither_double_for_ever_nor_nest_without_a_bound()
    {
        var doubling = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"akka.s{i} {{ a = ${{akka.s{i + 1}}}\n b = ${{akka.s{i + 1}}} }}")) + "\nakka.s40 = 1";
        var chain = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"akka.s{i} = ${{akka.s{i + 1}}}")) + "\nakka.s20000 = 1";
        var through = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"akka.s{i} = ${{akka.s{i + 1}.x}}")) + "\nakka.s20000 = 1";

        foreach (var text in new[] { doubling, chain, through })
        {
            Assert.NotNull(Read(Encoding.UTF8.GetBytes(text), text[..40]));
        }
    }

    private static string? Read(byte[] bytes, string which)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var began = TimeProvider.System.GetTimestamp();
        string? told = null;
        try
        {
            ConfigurationFiles.Parse("my.conf", bytes);
        }
        catch (SettingsException e)
        {
            told = e.Message;
            Assert.StartsWith("my.conf: ", told, StringComparison.Ordinal);
            Assert.DoesNotContain(told, char.IsControl);
            Assert.True(told.Length < 500, $"{which}: {told}");
        }

        var took = TimeProvider.System.GetElapsedTime(began);
        Assert.True(took < Each, $"{which}: {took}");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytesAllocated, $"{which}: more than {MostBytesAllocated} bytes");
        return told;
    }

    private static void Damage(StringBuilder text, Random random)
    {
        var at = random.Next(text.Length + 1);
        switch (random.Next(4))
        {
            case 0:
                text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at));
                break;
            case 1:
                text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                break;
            case 2:
                text.Insert(at, text.ToString(0, Math.Min(random.Next(1, 200), text.Length)));
                break;
            default:
                text.Length = at;
                break;
        }
    }
}
