namespace Tidepool.Storage;

/// <summary>Part of an object.</summary>
/// <param name="Offset">First byte, from the start of the object; not negative.</param>
/// <param name="Length">Number of bytes, at least 1; the answer is shorter when the object ends before.</param>
public readonly record struct ObjectRange(long Offset, long Length)
{
    /// <summary>Refuses a range that no object could satisfy.</summary>
    internal static void Validate(ObjectRange? range)
    {
        if (range is ObjectRange given)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(given.Offset, nameof(range));
            ArgumentOutOfRangeException.ThrowIfLessThan(given.Length, 1, nameof(range));
        }
    }

    /// <summary>What a get of a range (null: everything) reads of an object: its offset, and its size in
    /// bytes.</summary>
    internal static (long Offset, int Count) Clip(ObjectRange? range, long objectLength, string key)
    {
        (long offset, long wanted) = range is ObjectRange given ? (given.Offset, given.Length) : (0, objectLength);
        long count = offset >= objectLength ? 0 : Math.Min(wanted, objectLength - offset);
        if (count > Array.MaxLength)
        {
            throw new StorageException(
                $"{key}: {count} bytes do not fit into one buffer (at most {Array.MaxLength}); read it in ranges.");
        }

        return (offset, (int)count);
    }
}
