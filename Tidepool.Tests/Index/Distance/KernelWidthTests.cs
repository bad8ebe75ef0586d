using System.Runtime.Intrinsics;
using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

public sealed class KernelWidthTests
{
    [Test]
    public void Current_OnThisMachine_FollowsTheEnvironment()
    {
        TestContext.Out.WriteLine($"kernels use {KernelWidth.Current} bits");
        int allowed = IsOff("EnableHWIntrinsic") ? 32 : IsOff("EnableAVX2") ? 128 : IsOff("EnableAVX512") ? 256 : 512;

        Assert.That(KernelWidth.Current, Is.LessThanOrEqualTo(allowed));
        Assert.That(
            KernelWidth.Current,
            Is.EqualTo(Math.Min(allowed, WidestOfMachine())),
            "Each switch of the test run must reach its kernels; see the environment variables above.");
    }

    private static bool IsOff(string feature) => Environment.GetEnvironmentVariable($"DOTNET_{feature}") == "0";

    /// <summary>What the processor has as the runtime sees it, so capped by the same switches.</summary>
    private static int WidestOfMachine() =>
        Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 32;
}
