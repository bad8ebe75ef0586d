namespace Tidepool.Index.Ivf;

/// <summary>A cell: rows whose nearest center is its own, in whole blocks of 32 positions.</summary>
/// <param name="FirstBlock">Its first block; a block has 32 positions, and position 32 b is the first of block
/// b.</param>
/// <param name="RowCount">How many positions hold a row; they come first.</param>
/// <param name="Radius">No row is farther from the center.</param>
/// <param name="CoarseBase">Has been taken off what the factors of coarse codes add.</param>
/// <param name="CoarseError">Error of a coarse code by its negated rescaling factor.</param>
/// <param name="FineError">Error of a fine code by its negated rescaling factor, at most.</param>
internal readonly record struct IvfCell(
    int FirstBlock, int RowCount, float Radius, float CoarseBase, float CoarseError, float FineError)
{
    internal int BlockCount => (RowCount + 31) >> 5;
}
