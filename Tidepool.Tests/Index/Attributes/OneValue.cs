using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>A document that has one value under every name.</summary>
internal readonly struct OneValue(ColumnValue value) : IAttributeValues
{
    public ColumnValue GetValue(string name) => value;
}
