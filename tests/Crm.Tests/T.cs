namespace Crm.Tests; public class T { [Xunit.Fact] public void One() => Xunit.Assert.True(true); }
