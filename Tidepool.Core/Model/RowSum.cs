using Tidepool.Index.Rows;

namespace Tidepool.Model;

/// <summary>A count of rows and an order-independent sum of what they are: two sets of rows with equal sums are the
/// same set, but for a chance of 2^-128.</summary>
/// <remarks>Every step of a manifest must balance: what goes in comes out or is recorded as deleted.</remarks>
/// <param name="Rows">How many rows.</param>
/// <param name="Identity">Sum of their identities, modulo 2^128.</param>
internal readonly record struct RowSum(long Rows, UInt128 Identity)
{
    internal static RowSum Zero => default;

    /// <summary>The sum of one row.</summary>
    /// <param name="keyHash">The hash of its document's key.</param>
    /// <param name="sequence">The log entry that wrote it.</param>
    internal static RowSum Of(ulong keyHash, long sequence) => new(1, RowIdentity.Of(keyHash, sequence));

    public static RowSum operator +(RowSum left, RowSum right) =>
        new(left.Rows + right.Rows, unchecked(left.Identity + right.Identity));

    public static RowSum operator -(RowSum left, RowSum right) =>
        new(left.Rows - right.Rows, unchecked(left.Identity - right.Identity));
}
