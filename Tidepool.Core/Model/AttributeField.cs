using Tidepool.Index.Attributes;

namespace Tidepool.Model;

/// <summary>An attribute of a namespace, typed by its first value that was not null.</summary>
internal sealed record AttributeField(string Name, ColumnType Type);
