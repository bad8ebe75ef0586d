namespace SemanticSearch.Indexing;

/// <summary>What indexing a folder came to.</summary>
internal sealed record IndexReport
{
    /// <summary>Files that are indexed now and were not before.</summary>
    internal int New { get; set; }

    /// <summary>Files whose content differs from what was indexed.</summary>
    internal int Changed { get; set; }

    /// <summary>Files that were indexed and are gone, or have no text any more.</summary>
    internal int Removed { get; set; }

    /// <summary>Files that are indexed as they are: nothing was computed or written for them.</summary>
    internal int Unchanged { get; set; }

    /// <summary>Passages embedded and written.</summary>
    internal int PassagesWritten { get; set; }

    /// <summary>Passages that can be searched now.</summary>
    internal long Passages { get; set; }

    /// <summary>Files that are not indexed, and why.</summary>
    internal List<(string Path, string Problem)> Skipped { get; } = [];
}
