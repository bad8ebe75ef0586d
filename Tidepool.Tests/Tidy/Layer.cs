namespace Tidepool.Tests.Tidy;

/// <summary>A folder of a shipped project, which is a namespace and a layer; "" is the project's root folder.</summary>
internal readonly record struct Layer(string Project, string Folder)
{
    public override string ToString() => Folder.Length == 0 ? Project : $"{Project}/{Folder}";
}
