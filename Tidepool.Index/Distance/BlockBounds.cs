namespace Tidepool.Index.Distance;

/// <summary>How sums of table entries become squared distances of a block's rows to the query.</summary>
/// <param name="Scale">What one unit of a table entry stands for.</param>
/// <param name="Offset">Added to the scaled sum.</param>
/// <param name="Error">How far the scaled sum may be off.</param>
/// <param name="CenterSquared">Squared distance of the query to the center of the cell.</param>
internal readonly record struct BlockBounds(float Scale, float Offset, float Error, float CenterSquared);
