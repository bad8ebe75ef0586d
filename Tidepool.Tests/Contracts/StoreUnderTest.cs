using Tidepool.Storage;

namespace Tidepool.Tests.Contracts;

/// <summary>A store that is empty at first, and what must be disposed with it.</summary>
internal sealed class StoreUnderTest(IObjectStore store, params IDisposable[] resources) : IDisposable
{
    public IObjectStore Store => store;

    public void Dispose()
    {
        foreach (IDisposable resource in resources)
        {
            resource.Dispose();
        }
    }
}
