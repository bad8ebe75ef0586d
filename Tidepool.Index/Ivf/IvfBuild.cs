using Tidepool.Index.Binary;

namespace Tidepool.Index.Ivf;

/// <summary>A cell index that was built.</summary>
/// <param name="Order">The row at each position: cells with their padding (-1), then outsiders.</param>
/// <param name="Head">The head's bytes.</param>
/// <param name="Centers">The bytes of centers, their codes and factors.</param>
/// <param name="Codes">The bytes of the cells' codes; empty without codes.</param>
internal sealed record IvfBuild(int[] Order, byte[] Head, byte[] Centers, NativeArray<byte> Codes) : IDisposable
{
    public void Dispose() => Codes.Free();
}
