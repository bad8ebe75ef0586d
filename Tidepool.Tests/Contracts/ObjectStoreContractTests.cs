using NUnit.Framework;
using Tidepool.Storage;

namespace Tidepool.Tests.Contracts;

/// <summary>What every store promises; the derived fixtures hold each of them to it.</summary>
[TestFixtureSource(typeof(StoreKind), nameof(StoreKind.All))]
public abstract class ObjectStoreContractTests(StoreKind kind)
{
    private StoreUnderTest? _underTest;

    protected StoreKind Kind => kind;

    protected IObjectStore Store => _underTest!.Store;

    [SetUp]
    public void OpenStore() => _underTest = kind.Open();

    [TearDown]
    public void CloseStore() => _underTest?.Dispose();
}
