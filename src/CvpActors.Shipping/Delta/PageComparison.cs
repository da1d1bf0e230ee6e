namespace CvpActors.Shipping.Delta;

/// <summary>
/// The difference of two files with pages. Pages that only moved are found by their hash. Changed leaves of indexes are put in the order of
/// their entries, and the old leaves of the same stretch are their prefix; all other changed pages keep the file's order, and their prefix is
/// what stood in their place.
/// </summary>
internal sealed class PageComparison(SignedFile newFile, SignedFile oldFile, CancellationToken cancellation)
{
    /// <summary>Pages that are compressed together; more compress little better, and what is decompressed must be held in memory.</summary>
    private const int GroupPages = 64;

    /// <summary>Old leaves of one stretch: twice as many as new ones, since leaves that were half full may have become full.</summary>
    private const int MaxPrefixPages = 2 * GroupPages;

    /// <summary>Scattered pages that the disk is asked for at once.</summary>
    private const int PagesAhead = 256;

    /// <summary>Copies in one frame.</summary>
    private const int CopiesPerFrame = 4096;

    private readonly FileSignature _new = newFile.Signature;
    private readonly FileSignature _old = oldFile.Signature;

    /// <summary>The frames of the delta.</summary>
    public List<DeltaFrame> Frames()
    {
        var changed = ChangedPages();
        var frames = new List<DeltaFrame>();
        var literals = TakeMoved(changed, frames);
        var newKeys = KeysOf(newFile, literals);
        var oldKeys = KeysOf(oldFile, OldCandidates(changed));
        AddInPlace(literals, newKeys, frames);
        AddByKey(newKeys, oldKeys, frames);
        return frames;
    }

    private List<int> ChangedPages()
    {
        var changed = new List<int>();
        for (var page = 0; page < _new.Hashes.Length; page++)
        {
            if (page >= _old.Hashes.Length || _new.Hashes[page] != _old.Hashes[page] || _new.Page(page).Length != _old.Page(page).Length)
            {
                changed.Add(page);
            }
        }

        return changed;
    }

    /// <summary>Old pages whose content has gone from its place.</summary>
    private List<int> OldCandidates(List<int> changed)
    {
        var candidates = changed.TakeWhile(page => page < _old.Hashes.Length).ToList();
        for (var page = _new.Hashes.Length; page < _old.Hashes.Length; page++)
        {
            candidates.Add(page);
        }

        return candidates;
    }

    /// <summary>Adds the copies and returns the pages that are found nowhere in the old file.</summary>
    private List<int> TakeMoved(List<int> changed, List<DeltaFrame> frames)
    {
        // Sorted arrays: a dictionary of millions of pages would take four times the room.
        var places = OldCandidates(changed).ToArray();
        var hashes = Array.ConvertAll(places, page => _old.Hashes[page]);
        Array.Sort(hashes, places);
        var literals = new List<int>();
        var copies = new List<CopyRange>();
        foreach (var page in changed)
        {
            var found = Array.BinarySearch(hashes, _new.Hashes[page]);
            if (found >= 0 && _old.Page(places[found]).Length == _new.Page(page).Length)
            {
                AddCopy(copies, new CopyRange(_new.Page(page).Offset, _old.Page(places[found]).Offset, _new.Page(page).Length));
            }
            else
            {
                literals.Add(page);
            }
        }

        frames.AddRange(copies.Chunk(CopiesPerFrame).Select(chunk => new CopyFrame(chunk)));
        return literals;
    }

    private static void AddCopy(List<CopyRange> copies, CopyRange copy)
    {
        if (copies.Count > 0 && copies[^1] is var last && last.Target + last.Length == copy.Target && last.Source + last.Length == copy.Source)
        {
            copies[^1] = last with { Length = last.Length + copy.Length };
        }
        else
        {
            copies.Add(copy);
        }
    }

    /// <summary>The leaves of indexes among <paramref name="pages"/>, in the order of their entries.</summary>
    private List<(PageKey Key, int Page)> KeysOf(SignedFile file, List<int> pages)
    {
        var keys = new List<(PageKey Key, int Page)>();
        var buffer = new byte[file.Signature.PageBytes];
        foreach (var window in pages.Chunk(PagesAhead))
        {
            cancellation.ThrowIfCancellationRequested();
            Blocks.Announce(file.Handle, Array.ConvertAll(window, file.Signature.Page));
            foreach (var page in window)
            {
                var range = file.Signature.Page(page);
                var bytes = buffer.AsSpan(0, (int)range.Length);
                Blocks.ReadExactly(file.Handle, bytes, range.Offset);
                if (SqlitePage.KeyOf(bytes) is { } key)
                {
                    keys.Add((key, page));
                }
            }
        }

        keys.Sort();
        return keys;
    }

    private void AddInPlace(List<int> literals, List<(PageKey Key, int Page)> keyed, List<DeltaFrame> frames)
    {
        var others = literals.Except(keyed.Select(k => k.Page));
        frames.AddRange(others.Chunk(GroupPages).Select(group => new LiteralFrame(RangesOf(_new, group), null)));
    }

    private void AddByKey(List<(PageKey Key, int Page)> newKeys, List<(PageKey Key, int Page)> oldKeys, List<DeltaFrame> frames)
    {
        for (var from = 0; from < newKeys.Count; from += GroupPages)
        {
            var to = Math.Min(from + GroupPages, newKeys.Count);

            // From the old leaf that held the first entry up to that which holds the first of the next group.
            var first = Math.Max(0, FirstNotBelow(oldKeys, newKeys[from].Key) - 1);
            var last = to < newKeys.Count ? FirstNotBelow(oldKeys, newKeys[to].Key) : oldKeys.Count;
            last = Math.Min(last, first + MaxPrefixPages);
            frames.Add(new LiteralFrame(
                RangesOf(_new, newKeys[from..to].Select(k => k.Page)),
                RangesOf(_old, oldKeys[first..Math.Max(first, last)].Select(k => k.Page))));
        }
    }

    private static int FirstNotBelow(List<(PageKey Key, int Page)> keys, PageKey key)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = keys[middle].Key.CompareTo(key) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static List<ByteRange> RangesOf(FileSignature file, IEnumerable<int> pages)
    {
        var ranges = new List<ByteRange>();
        foreach (var page in pages)
        {
            ByteRange.Append(ranges, file.Page(page));
        }

        return ranges;
    }
}
