namespace Tidepool.Index.Segments;

/// <summary>Facts about a whole segment; a reader refuses a bit that it does not know. Persisted.</summary>
[Flags]
internal enum SegmentFlags : uint
{
    None = 0,

    /// <summary>Some ordinals hold no document.</summary>
    Padded = 1,

    /// <summary>Some ids are integers.</summary>
    IntegerIds = 2,

    /// <summary>Some ids are strings or Guids.</summary>
    TextIds = 4,

    All = Padded | IntegerIds | TextIds,
}
