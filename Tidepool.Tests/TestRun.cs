using NUnit.Framework;
using Tidepool.Tests.Support;

namespace Tidepool.Tests;

/// <summary>Ends what a run of the tests has started.</summary>
[SetUpFixture]
public sealed class TestRun
{
    [OneTimeTearDown]
    public void Stop() => S3Server.Stop();
}
