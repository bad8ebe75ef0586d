using NUnit.Framework;
using Tidepool.Tests.Tidy;

namespace Tidepool.Tests.Samples;

internal sealed class ReadmeTests
{
    /// <remarks>The build compiles the sample, so the example compiles too.</remarks>
    [Test]
    public void Readme_Example_IsTheQuickStartSample()
    {
        string readme = Repository.Find("README.md")!.Text;
        string sample = Repository.Find("samples/QuickStart/Program.cs")!.Text;

        Assert.That(readme.Split("```csharp\n")[1].Split("```")[0], Is.EqualTo(sample));
    }
}
