namespace Tidepool.Index.Binary;

/// <summary>Arrays outside the heap that are freed together.</summary>
internal sealed class NativeArrays : IDisposable
{
    private readonly List<IDisposable> _arrays = [];

    /// <summary>Makes one more.</summary>
    /// <param name="length">How many values.</param>
    /// <param name="value">What each of them is at first.</param>
    internal NativeArray<T> Add<T>(int length, T value)
        where T : unmanaged
    {
        var array = new NativeArray<T>(length);
        _arrays.Add(array);
        array.GetSpan().Fill(value);
        return array;
    }

    public void Dispose() => _arrays.ForEach(array => array.Dispose());
}
