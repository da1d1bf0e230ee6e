using System.Text;
using Akka.Configuration;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Tests.Configuration;

/// <summary>What a file may hold, and the one line about each thing that it may not.</summary>
public sealed class ConfigurationFilesTests
{
    [Theory]
    [InlineData("cvp-actors.data-directory = data", "data")]
    [InlineData("cvp-actors { data-directory = data }", "data")]
    [InlineData("{ cvp-actors { data-directory : data } }", "data")]
    [InlineData("cvp-actors\n{\n  data-directory\n  =\n  data\n}\n", "data")]
    [InlineData("\uFEFF# a comment\r\ncvp-actors.data-directory = data // and one more\r\n", "data")]
    [InlineData("cvp-actors { a { b = 1 }, data-directory = data, }", "data")]
    [InlineData("cvp-actors { a { b = 1 } data-directory = data }", "data")]
    [InlineData("cvp-actors.\"data-directory\" = \"a # \\\"b\\\" \\u00e9 \\\\\"", "a # \"b\" é \\")]
    [InlineData("cvp-actors.data-directory = \"\"\"C:\\two\nlines\"\"\"\"", "C:\\two\nlines\"")]
    [InlineData("cvp-actors.data-directory = 10 MiB/s  ", "10 MiB/s")]
    [InlineData("cvp-actors.data-directory = a\"b c\"  d", "ab c  d")]
    [InlineData("cvp-actors.data-directory = a\ncvp-actors.data-directory = b", "b")]
    [InlineData("cvp-actors.data-directory.old = a\ncvp-actors.data-directory = b", "b")]
    [InlineData("cvp-actors.data-directory = ${akka.where}\nakka.where = here", "here")]
    [InlineData("cvp-actors = ${akka.ours}\nakka.ours.data-directory = ${akka.where}\nakka.where = here", "here")]
    public void A_text_is_found_however_it_is_written(string hocon, string text) =>
        Assert.Equal(text, Parse(hocon).GetString("cvp-actors.data-directory"));

    [Theory]
    [InlineData("[]")]
    [InlineData("[1, \"two\" ,3]", "1", "two", "3")]
    [InlineData("[1, 2,]", "1", "2")]
    [InlineData("[\n  1\n  2 # two\n  ,\n  3\n]", "1", "2", "3")]
    public void A_list_is_found_however_it_is_written(string list, params string[] items) =>
        Assert.Equal(items, Parse($"cvp-actors.x = {list}").GetStringList("cvp-actors.x"));

    [Fact]
    public void Sections_in_a_list_stay_apart_when_a_new_line_is_all_that_is_between_them()
    {
        var list = Parse("cvp-actors.x = [\n  { a = 1 }\n  { a = 2 }\n]").GetValue("cvp-actors.x").GetArray();

        Assert.Equal(["1", "2"], list.Select(item => item.GetObject().GetKey("a").GetString()));
    }

    [Theory]
    [InlineData("x = [", 1, "the [ of this line is never closed; write ]")]
    [InlineData("a = [\n  { b = 1 }\nc = 2", 3, "is the ] of the list missing that begins in line 1?")]
    [InlineData("a = [\n  { b = 1 }\n  c = [\n    { d = 1 }\n  ]\n", 3, "is the ] of the list missing that begins in line 1?")]
    [InlineData("a = [\n  { b = 1 }\n}", 3, "} where ] should close the [ of line 1")]
    [InlineData("a {\n  b = [ 1 ]\n", 1, "the { of this line is never closed; write }")]
    [InlineData("a {\n  b = 1 ]\n}", 2, "] closes nothing")]
    [InlineData("a = 1\n}", 2, "} closes nothing")]
    [InlineData("}", 1, "} closes nothing")]
    [InlineData("{ a = 1 } b = 2", 1, "something follows the }")]
    [InlineData("[ 1, 2 ]", 1, "the file is a list")]
    [InlineData("a = [ { b = 1 } { b = 2 } ]", 1, "between two elements of \"a\" a comma or a new line is missing")]
    [InlineData("a = [ 1,, 2 ]", 1, "a comma separates nothing")]
    [InlineData("a = 1\n\n, , b = 2", 3, "a comma separates nothing")]
    [InlineData("include \"other.conf\"\na = 1", 1, "include is not supported; write its settings here, or give the other file with a --config of its own")]
    [InlineData("a {\n  include required(file(\"other.conf\"))\n}", 2, "include is not supported")]
    [InlineData("a = [1]\na += 2", 2, "+= is not supported; write a = and the whole value")]
    [InlineData("a += 2", 1, "+= is not supported")]
    [InlineData("a = ${?HOME}", 1, "${?…} is not supported; write the value itself, or for a secret the key that ends in -env")]
    [InlineData("a = ${HOME}", 1, "${HOME} stands for nothing; allowed: the path of a value of the same file")]
    [InlineData("a = x ${b}\nb = 1", 1, "a substitution is only supported as the whole value")]
    [InlineData("a = ${b} x\nb = 1", 1, "has neither a value nor a section")]
    [InlineData("a = ${b", 1, "the substitution is not closed")]
    [InlineData("a = $b", 1, "\"$\" begins a substitution; write a text that holds it in quotes")]
    [InlineData("a = ${b}\nb = ${a}", 1, "stands for itself")]
    [InlineData("a = ${a}", 1, "stands for itself")]
    [InlineData("a.b = ${a}", 1, "stands for itself")]
    [InlineData("a = ${b}\na.c = 1\nb.d = 1", 2, "nothing can be added to that")]
    [InlineData("a = { b = 1 } { c = 2 }", 1, "two values of \"a\" follow each other")]
    [InlineData("a = [1] [2]", 1, "two values of \"a\" follow each other")]
    [InlineData("a = null", 1, "null is not supported; leave \"a\" out")]
    [InlineData("a =", 1, "\"a\" has no value; write one")]
    [InlineData("a {\n  b =\n}", 2, "\"b\" has no value")]
    [InlineData("a =\nb = 1", 2, "\"=\" in the value of \"a\"; write one setting per line")]
    [InlineData("a = 1 b = 2", 1, "\"=\" in the value of \"a\"; write one setting per line")]
    [InlineData("a = http://host/", 1, "\":\" in the value of \"a\"; write one setting per line, and a text that holds \":\" in quotes")]
    [InlineData("a = 1 {\n}", 1, "\"{\" follows a text in the value of \"a\"")]
    [InlineData("a = user@host", 1, "\"@\" in the value of \"a\"; write the text in quotes")]
    [InlineData("a = /srv//backup", 1, "// in the value of \"a\" would begin a comment; write the text in quotes")]
    [InlineData("a = pass#word", 1, "# in the value of \"a\" would begin a comment; write the text in quotes")]
    [InlineData("a = \"b\"# c", 1, "# in the value of \"a\" would begin a comment")]
    [InlineData("a = C:\\data", 1, "\":\" in the value of \"a\"")]
    [InlineData("a = \"C:\\data\"", 1, "a backslash before \"d\" means nothing; write \\\\ for a backslash")]
    [InlineData("a = \"\\u12g4\"", 1, "\\u is not followed by four hexadecimal digits")]
    [InlineData("a = 1\nb = \"half\nc = 1", 2, "a text in quotes is not closed on its line")]
    [InlineData("a = 1\nb = \"\"\"half\n\nc = 1", 2, "the text that begins with \"\"\" is not closed")]
    [InlineData("engine sqlite", 1, "between \"engine\" and what follows it = is missing; write engine = VALUE")]
    [InlineData("engine", 1, "\"engine\" has neither a value nor a section")]
    [InlineData("= 1", 1, "\"=\" has no key before it")]
    [InlineData("a..b = 1", 1, "a path has a part without a name")]
    [InlineData(".a = 1", 1, "a path has a part without a name")]
    [InlineData("a@b = 1", 1, "\"@\" cannot stand in a key; write the key in quotes")]
    [InlineData("a = 1\nb = \u0001", 2, "U+0001 in the value of \"b\"")]
    [InlineData("", 0, "is empty; write cvp-actors { … }")]
    [InlineData("# only a comment\n", 0, "is empty")]
    [InlineData("\ncvp-actor {\n}", 2, "\"cvp-actor\" is not known here; write cvp-actors { … }")]
    [InlineData("akka.loglevel = INFO\ndatabases.a.engine = sqlite", 2, "\"databases\" is not known here; write cvp-actors { … } around the settings of a node")]
    public void What_is_wrong_is_told_with_file_line_and_what_to_write_instead(string hocon, int line, string problem)
    {
        var told = Assert.Throws<SettingsException>(() => Parse(hocon)).Message;

        Assert.StartsWith(line > 0 ? $"my.conf: line {line}: " : "my.conf: ", told, StringComparison.Ordinal);
        Assert.Contains(problem, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_told_with_their_line() =>
        Assert.Equal("my.conf: line 2: is not UTF-8; save the file as UTF-8",
            Assert.Throws<SettingsException>(() => ConfigurationFiles.Parse("my.conf", [.. "a = 1\nb = "u8, 0xE9, (byte)'\n'])).Message);

    [Fact]
    public void A_file_that_is_too_large_to_be_a_configuration_is_not_read_to_its_end()
    {
        using var endless = new TempFile();
        File.WriteAllBytes(endless.Path, new byte[ConfigurationFiles.LargestBytes + 1]);

        Assert.Equal($"{endless.Path}: is larger than 1024 KiB; allowed: a HOCON file of up to that size",
            Assert.Throws<SettingsException>(() => ConfigurationFiles.Load([endless.Path])).Message);
        Assert.Contains("is larger than", Assert.Throws<SettingsException>(() => ConfigurationFiles.Load(["/dev/zero"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_which_none_is_about_a_node_are_named()
    {
        using var akka = new TempFile();
        File.WriteAllText(akka.Path, "akka.loglevel = INFO");

        Assert.StartsWith($"{akka.Path}: has no section cvp-actors, so there is nothing to run; write cvp-actors {{ … }}",
            Assert.Throws<SettingsException>(() => ConfigurationFiles.Load([akka.Path])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_that_come_with_the_product_mean_what_they_mean_to_akka()
    {
        foreach (var file in ShippedFiles())
        {
            Assert.Equal(ConfigurationFactory.ParseString(File.ReadAllText(file)).Root.ToString(), ConfigurationFiles.Load([file]).Root.ToString());
        }
    }

    internal static IReadOnlyList<string> ShippedFiles() =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "hocon"), "*.conf").Where(file => Path.GetFileName(file) != "defaults.conf").Order(StringComparer.Ordinal)];

    private static Config Parse(string hocon) => ConfigurationFiles.Parse("my.conf", Encoding.UTF8.GetBytes(hocon));

    private sealed class TempFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
