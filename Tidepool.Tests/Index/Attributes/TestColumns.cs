using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Columns in a dictionary.</summary>
internal sealed class TestColumns : Dictionary<string, AttributeColumn>, IColumnLookup
{
    public AttributeColumn? GetColumn(string name) => this.GetValueOrDefault(name);
}
