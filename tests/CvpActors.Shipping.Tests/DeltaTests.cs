using System.Text;
using CsCheck;
using CvpActors.Shipping.Delta;
using CvpActors.Testing;

namespace CvpActors.Shipping.Tests;

/// <summary>Any old file and any new file give the new file exactly.</summary>
public sealed class DeltaTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Any_edit_of_any_bytes_gives_the_new_file_exactly() =>
        Gen.Select(Gen.Byte.Array[0, 60_000], Edits).Sample(
            (old, edits) => AssertMakes(old, edits.Aggregate(old, (bytes, edit) => edit.Apply(bytes))), iter: 80, threads: 1);

    [Fact]
    public void Any_edit_of_a_file_with_pages_gives_the_new_file_exactly() =>
        Gen.Select(Gen.Byte.Array[4096, 60_000], Edits).Sample(
            (old, edits) => AssertMakes(Content.AsSqlite(old), Content.AsSqlite(edits.Aggregate(old, (bytes, edit) => edit.Apply(bytes)))), iter: 80, threads: 1);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(100_000, 1)]
    [InlineData(1, 100_000)]
    [InlineData(3_000_000, 3_000_001)]
    public void Lengths_at_the_edge_give_the_new_file_exactly(int oldLength, int newLength) =>
        AssertMakes(Content.Noise(oldLength, seed: 1), Content.Noise(newLength, seed: 2));

    [Fact]
    public void A_file_that_has_not_changed_is_a_header_and_an_end()
    {
        var file = Content.AsSqlite(Content.Noise(1_000_000, seed: 3));

        Assert.Equal(DeltaFormat.HeaderBytes + DeltaFormat.FrameHeadBytes + 1 + DeltaFormat.CheckBytes, MakeDelta(file, file).Delta.Length);
    }

    [Fact]
    public void Pages_that_only_moved_cost_next_to_nothing()
    {
        var old = Content.AsSqlite(Content.Noise(4096 * 500, seed: 4));
        var moved = (byte[])[.. old[..4096], .. old[(4096 * 201)..], .. old[4096..(4096 * 201)]];

        Assert.InRange(MakeDelta(old, moved).Delta.Length, 1, 200);
        AssertMakes(old, moved);
    }

    /// <summary>A page of anything may begin as a leaf of an index does: here with a record whose head would be two gigabytes long.</summary>
    [Fact]
    public void A_page_that_only_looks_like_a_leaf_of_an_index_is_a_page_like_others()
    {
        var old = Content.AsSqlite(Content.Noise(4096 * 4, seed: 7));
        var changed = (byte[])old.Clone();
        byte[] head = [0x0a, 0, 0, 0, 1, 0x0f, 0xe0, 0, 0x0f, 0xe0];
        byte[] cell = [0x20, 0x88, 0x80, 0x80, 0x80, 0x00, 0x01];
        head.CopyTo(changed, 4096 * 2);
        cell.CopyTo(changed, (4096 * 2) + 0x0fe0);

        AssertMakes(old, changed);
        Gen.Byte.Array[20, 400].Sample(page => { page[0] = 0x0a; SqlitePage.KeyOf(page); }, iter: 100_000, threads: 1);
    }

    [Fact]
    public void Text_in_which_everything_shifts_costs_what_was_put_in()
    {
        var old = Lines(20_000, seed: 5);
        var shifted = "a line that was put in\n" + old;
        var (delta, _) = MakeDelta(Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(shifted));

        Assert.InRange(delta.Length, 1, 2000);
    }

    [Fact]
    public void A_changed_row_costs_little_more_than_the_change()
    {
        var old = Lines(20_000, seed: 6);
        var place = old.Length / 2;
        var changed = string.Concat(old.AsSpan(0, place), "changed", old.AsSpan(place + 3));

        Assert.InRange(MakeDelta(Encoding.UTF8.GetBytes(old), Encoding.UTF8.GetBytes(changed)).Delta.Length, 1, 600);
    }

    [Fact]
    public void Both_compressors_read_what_the_other_wrote()
    {
        var (prefix, content) = (Content.Noise(50_000, seed: 7), Content.Noise(50_000, seed: 7));
        content[1000] ^= 1;
        Assert.True(ZstdCodec.HasNative, "the system's libzstd is part of what is tested");
        foreach (var (writesManaged, readsManaged) in new[] { (true, false), (false, true) })
        {
            using var writer = ZstdCodec.Create(managed: writesManaged);
            using var reader = ZstdCodec.Create(managed: readsManaged);
            var compressed = new byte[60_000];
            var length = writer.Compress(prefix, content, compressed);
            var read = new byte[content.Length];

            reader.Decompress(prefix, compressed.AsSpan(0, length), read);

            Assert.InRange(length, 1, 200);
            Assert.Equal(content, read);
        }
    }

    [Fact]
    public void Frames_may_be_applied_twice_and_taken_up_in_the_middle()
    {
        var (old, changed) = (Content.AsSqlite(Content.Noise(2_000_000, seed: 8)), Content.AsSqlite(Content.Noise(2_000_000, seed: 9)));
        var (whole, plan) = MakeDelta(old, changed);
        var (rest, _) = MakeDelta(old, changed, firstFrame: plan.Frames.Count / 2);
        var file = _directory.File("made");
        File.WriteAllBytes(file, old);

        Apply(whole, _directory.File("old"), file, skip: 0);
        Apply(rest, _directory.File("old"), file, skip: plan.Frames.Count / 2);

        Assert.Equal(changed, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_delta_applied_in_place_makes_the_same_file()
    {
        Gen.Select(Gen.Byte.Array[4096, 60_000], Edits).Sample((old, edits) =>
        {
            var (before, after) = (Content.AsSqlite(old), Content.AsSqlite(edits.Aggregate(old, (bytes, edit) => edit.Apply(bytes))));
            var (delta, _) = MakeDelta(before, after);
            var file = _directory.File("in-place");
            File.WriteAllBytes(file, before);
            using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
            {
                Assert.True(InPlaceApplier.TryApply(delta, handle, CancellationToken.None));
            }

            Assert.Equal(after, File.ReadAllBytes(file));
        }, iter: 80, threads: 1);
    }

    [Fact]
    public void A_damaged_delta_applied_in_place_changes_nothing()
    {
        var (before, after) = (Content.AsSqlite(Content.Noise(200_000, seed: 21)), Content.AsSqlite(Content.Noise(200_000, seed: 22)));
        var (delta, _) = MakeDelta(before, after);
        delta[^50] ^= 1;
        var file = _directory.File("in-place");
        File.WriteAllBytes(file, before);
        using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
        {
            Assert.Throws<DeltaFormatException>(() => InPlaceApplier.TryApply(delta, handle, CancellationToken.None));
        }

        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void The_same_files_give_the_same_plan()
    {
        var (old, changed) = (Content.AsSqlite(Content.Noise(500_000, seed: 10)), Content.AsSqlite(Content.Noise(600_000, seed: 11)));

        Assert.Equal(MakeDelta(old, changed).Plan.Digest(), MakeDelta(old, changed).Plan.Digest());
        Assert.NotEqual(MakeDelta(old, changed).Plan.Digest(), MakeDelta(changed, old).Plan.Digest());
    }

    [Fact]
    public void Files_beyond_four_gigabytes_are_addressed_right()
    {
        // Sparse: it takes no room, and is read as zeros.
        const long Far = 5L << 30;
        var (old, changed) = (_directory.File("old"), _directory.File("new"));
        foreach (var (file, text) in new[] { (old, "before"), (changed, "after!") })
        {
            using var handle = File.OpenHandle(file, FileMode.Create, FileAccess.ReadWrite);
            RandomAccess.Write(handle, Content.AsSqlite(new byte[4096]), 0);
            RandomAccess.Write(handle, Encoding.UTF8.GetBytes(text), Far);
        }

        using var newFile = File.OpenHandle(changed);
        using var oldFile = File.OpenHandle(old);
        var plan = DeltaPlanner.Plan(Signed(newFile, new string('b', 64)), Signed(oldFile, new string('a', 64)), CancellationToken.None);
        using var delta = new MemoryStream();
        Write(plan, newFile, oldFile, 0, delta);
        using var made = File.OpenHandle(_directory.File("made"), FileMode.Create, FileAccess.ReadWrite);
        RandomAccess.SetLength(made, RandomAccess.GetLength(oldFile));
        ApplyTo(delta.ToArray(), oldFile, made, 0);

        var read = new byte[6];
        RandomAccess.Read(made, read, Far);
        Assert.Equal("after!", Encoding.UTF8.GetString(read));
        Assert.InRange(delta.Length, 1, 1000);
    }

    private static Gen<Edit[]> Edits => Gen.Select(Gen.Int[0, 3], Gen.Double[0, 1], Gen.Int[1, 9000], Gen.Int, (kind, place, length, seed) => new Edit(kind, place, length, seed)).Array[0, 6];

    private sealed record Edit(int Kind, double Place, int Length, int Seed)
    {
        public byte[] Apply(byte[] bytes)
        {
            var at = (int)(Place * bytes.Length);
            var end = Math.Min(bytes.Length, at + Length);
            return Kind switch
            {
                0 => [.. bytes[..at], .. Content.Noise(Length, Seed), .. bytes[at..]],
                1 => [.. bytes[..at], .. bytes[end..]],
                2 => [.. bytes[..at], .. Content.Noise(end - at, Seed), .. bytes[end..]],
                _ => [.. bytes[end..], .. bytes[..end]],
            };
        }
    }

    private void AssertMakes(byte[] old, byte[] changed)
    {
        var (delta, _) = MakeDelta(old, changed);
        var file = _directory.File("made");
        File.WriteAllBytes(file, old);
        Apply(delta, _directory.File("old"), file, 0);
        Assert.Equal(changed, File.ReadAllBytes(file));
        using var whole = MakeWhole(changed);
        File.Delete(file);
        Apply(whole.ToArray(), null, file, 0);
        Assert.Equal(changed, File.ReadAllBytes(file));
    }

    private (byte[] Delta, DeltaPlan Plan) MakeDelta(byte[] old, byte[] changed, int firstFrame = 0)
    {
        File.WriteAllBytes(_directory.File("old"), old);
        File.WriteAllBytes(_directory.File("new"), changed);
        using var oldFile = File.OpenHandle(_directory.File("old"));
        using var newFile = File.OpenHandle(_directory.File("new"));
        var plan = DeltaPlanner.Plan(Signed(newFile, new string('b', 64)), Signed(oldFile, new string('a', 64)), CancellationToken.None);
        using var delta = new MemoryStream();
        Write(plan, newFile, oldFile, firstFrame, delta);
        return (delta.ToArray(), plan);
    }

    private MemoryStream MakeWhole(byte[] changed)
    {
        File.WriteAllBytes(_directory.File("new"), changed);
        using var newFile = File.OpenHandle(_directory.File("new"));
        var delta = new MemoryStream();
        Write(DeltaPlanner.PlanWhole(Signed(newFile, new string('b', 64))), newFile, null, 0, delta);
        return delta;
    }

    private static SignedFile Signed(Microsoft.Win32.SafeHandles.SafeFileHandle file, string sha256) => new(file, sha256, SignatureReader.Read(file, CancellationToken.None));

    private static void Write(DeltaPlan plan, Microsoft.Win32.SafeHandles.SafeFileHandle newFile, Microsoft.Win32.SafeHandles.SafeFileHandle? oldFile, int firstFrame, MemoryStream delta) =>
        DeltaWriter.WriteAsync(plan, newFile, oldFile, firstFrame, bytes =>
        {
            delta.Write(bytes.Span);
            return ValueTask.CompletedTask;
        }, CancellationToken.None).GetAwaiter().GetResult();

    private static void Apply(byte[] delta, string? old, string file, int skip)
    {
        using var oldFile = old is null ? null : File.OpenHandle(old);
        using var made = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        ApplyTo(delta, oldFile, made, skip);
    }

    private static void ApplyTo(byte[] delta, Microsoft.Win32.SafeHandles.SafeFileHandle? oldFile, Microsoft.Win32.SafeHandles.SafeFileHandle made, int skip)
    {
        var reader = new DeltaReader(new MemoryStream(delta));
        var header = reader.ReadHeaderAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        using var applier = new DeltaApplier(header, header.OldSha256 is null ? null : oldFile, made);
        applier.Skip(skip);
        while (applier.Apply(reader.ReadFrameAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult()))
        {
        }
    }

    private static string Lines(int count, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var line = 0; line < count; line++)
        {
            text.Append(line).Append('\t').Append(random.Next()).Append('\t').Append(random.Next(100)).Append("\tanswered\n");
        }

        return text.ToString();
    }
}
