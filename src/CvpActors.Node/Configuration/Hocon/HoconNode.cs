namespace CvpActors.Node.Configuration.Hocon;

/// <summary>Something that was read.</summary>
/// <param name="Line">The line in which it begins, counted from 1.</param>
internal abstract record HoconNode(int Line);

/// <summary>A text, quoted or not; numbers and durations are texts, too.</summary>
internal sealed record HoconText(int Line, string Text) : HoconNode(Line);

/// <summary>A list.</summary>
internal sealed record HoconList(int Line, List<HoconNode> Items) : HoconNode(Line);

/// <summary>A substitution: what stands elsewhere in the same file.</summary>
internal sealed record HoconReference(int Line, string[] Path) : HoconNode(Line);

/// <summary>A section. What is said twice counts as it was said last; sections are laid over each other.</summary>
internal sealed record HoconSection(int Line) : HoconNode(Line)
{
    public Dictionary<string, HoconNode> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>Sets what <paramref name="path"/> leads to; what is not a section on the way becomes one.</summary>
    public void Set(IReadOnlyList<string> path, HoconNode value)
    {
        var section = this;
        foreach (var key in path.Take(path.Count - 1))
        {
            section.RefuseReference(key, value.Line);
            if (!section.Items.TryGetValue(key, out var next) || next is not HoconSection below)
            {
                section.Items[key] = below = new HoconSection(value.Line);
            }

            section = below;
        }

        section.Lay(path[^1], value);
    }

    private void Lay(string key, HoconNode value)
    {
        if (value is not HoconSection over)
        {
            Items[key] = value;
            return;
        }

        RefuseReference(key, value.Line);
        if (!Items.TryGetValue(key, out var known) || known is not HoconSection under)
        {
            Items[key] = value;
            return;
        }

        foreach (var (name, item) in over.Items)
        {
            under.Lay(name, item);
        }
    }

    private void RefuseReference(string key, int line)
    {
        if (Items.TryGetValue(key, out var known) && known is HoconReference)
        {
            throw new HoconException(line, $"\"{key}\" stands for what line {known.Line} substitutes, and nothing can be added to that; write the section out instead");
        }
    }
}
