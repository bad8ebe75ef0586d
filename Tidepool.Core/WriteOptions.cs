namespace Tidepool;

/// <summary>How a write is made.</summary>
public sealed class WriteOptions
{
    /// <summary>A key of the caller's for this write: a second write with the same key, by whichever process, changes
    /// nothing and returns what the first one did. Keys are remembered for at least 48 hours. Default: null.</summary>
    /// <exception cref="ArgumentException">The key is <see cref="Guid.Empty"/>.</exception>
    public Guid? IdempotencyKey
    {
        get;
        set => field = value == Guid.Empty
            ? throw new ArgumentException("IdempotencyKey is Guid.Empty; expected a key of its own.", nameof(value))
            : value;
    }
}
