namespace Tidepool.Index.Attributes;

/// <summary>The attributes of one document.</summary>
internal interface IAttributeValues
{
    /// <summary>The value of an attribute, null where there is none.</summary>
    ColumnValue GetValue(string name);
}
