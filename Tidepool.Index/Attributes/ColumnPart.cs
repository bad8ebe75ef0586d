namespace Tidepool.Index.Attributes;

/// <summary>What a stored column consists of, in the order of the directory. Persisted: never renumber.</summary>
internal enum ColumnPart
{
    /// <summary>One bit per row, set where it has a value; there when some row is null.</summary>
    Presence = 0,

    /// <summary>One <see cref="Zone"/> per 1,024 rows; for every type but arrays.</summary>
    Zones = 1,

    /// <summary>Where each row's elements start, and where the last one's end; for arrays.</summary>
    Lists = 2,

    /// <summary>Values of one width, bits, or dictionary codes, of the rows or of the elements.</summary>
    Values = 3,

    /// <summary>Where each text of the heap starts, and where the last one ends.</summary>
    Texts = 4,

    /// <summary>Strings or bytes one after the other.</summary>
    Heap = 5,
}
