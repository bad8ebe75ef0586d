namespace Tidepool.Index.Attributes;

/// <summary>A condition that is tested row by row.</summary>
internal interface IRowTest
{
    bool Matches(int ordinal);
}
