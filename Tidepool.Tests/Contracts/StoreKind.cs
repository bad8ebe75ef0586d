using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.InMemory;
using Tidepool.Storage.Metering;
using Tidepool.Storage.Retrying;
using Tidepool.Storage.S3;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Contracts;

/// <summary>A way to make an empty store: every store and every decorator has one, and all pass the same
/// tests.</summary>
public sealed class StoreKind
{
    private readonly string _name;
    private readonly Func<StoreUnderTest> _open;

    private StoreKind(string name, Func<StoreUnderTest> open)
    {
        _name = name;
        _open = open;
    }

    /// <summary>What the fixtures run over.</summary>
    public static IEnumerable<StoreKind> All { get; } =
    [
        new("memory", () => new StoreUnderTest(new InMemoryObjectStore())),
        new("files", OpenFiles),
        new("metered memory", () => new StoreUnderTest(new MeteringObjectStore(new InMemoryObjectStore()))),
        new("metered files", () => Wrap(OpenFiles(), inner => new MeteringObjectStore(inner))),
        new("retried memory", () => new StoreUnderTest(new RetryingObjectStore(new InMemoryObjectStore()))),
        new("s3", OpenS3) { MaxKeySizeBytes = 1024 - S3Server.PrefixSizeBytes },
        new("retried s3", () => Wrap(OpenS3(), inner => new RetryingObjectStore(inner)))
        {
            MaxKeySizeBytes = 1024 - S3Server.PrefixSizeBytes,
        },
    ];

    /// <summary>How long a key may be: what stands before it in a bucket counts too.</summary>
    internal int MaxKeySizeBytes { get; private init; } = 1024;

    public override string ToString() => _name;

    internal StoreUnderTest Open() => _open();

    private static StoreUnderTest OpenFiles()
    {
        var folder = new TempFolder();
        var store = new FileObjectStore(folder.Path);
        return new StoreUnderTest(store, store, folder);
    }

    private static StoreUnderTest OpenS3()
    {
        var store = new S3ObjectStore(S3Server.NewOptions());
        return new StoreUnderTest(store, store);
    }

    private static StoreUnderTest Wrap(StoreUnderTest inner, Func<IObjectStore, IObjectStore> wrap) =>
        new(wrap(inner.Store), inner);
}
