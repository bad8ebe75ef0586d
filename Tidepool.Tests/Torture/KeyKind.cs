namespace Tidepool.Tests.Torture;

/// <summary>How the writers of a run use a key; the first letter of the key says which.</summary>
internal enum KeyKind
{
    /// <summary>Upserted and deleted by one lane of one writer (and its successors), one write at a time.</summary>
    Owned = 'o',

    /// <summary>Upserted by everybody, unconditionally.</summary>
    Hot = 'h',

    /// <summary>Created by whoever is first, if absent; never changed.</summary>
    Claim = 'c',

    /// <summary>Read and set to one more, if unchanged, by everybody.</summary>
    Counter = 'n',
}
