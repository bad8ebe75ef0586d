namespace Tidepool.Index.Attributes;

/// <summary>Where a part of a column lies in the attributes section; both 0 when there is none.</summary>
internal readonly record struct StoredPart(long Offset, long Length);
